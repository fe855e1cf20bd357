import { Button, Tag } from "antd";
import { PhoneOutlined } from "@ant-design/icons";
import { Kbd } from "@/components/Kbd";
import { useShortcuts } from "@/lib/keyboard";
import { reasonWords } from "@/lib/reason-words";
import { useLabel, useText } from "@/lib/text";
import { clock, dateTime } from "@/lib/time";
import { useNow } from "@/lib/use-now";
import { messages } from "@/features/desk/messages";
import { useCommand, useDesk, useDeskView } from "@/lib/seat/desk-context";
import type { DeskState } from "@/lib/seat/desk-state";

function Card({ callback }: { callback: NonNullable<DeskState["callback"]> }) {
  const t = useText(messages);
  const label = useLabel();
  const desk = useDesk();
  const { busy, run } = useCommand();
  const now = useNow(500);
  const left = Math.max(0, callback.expires_in - (now - callback.receivedAt) / 1000);
  const ask = (name: string) => () => void run(name, () => desk.command(name, { task: callback.task }));
  const dial = ask("dial_callback");
  useShortcuts({ "Alt+B": dial });
  return (
    <section className="panel" style={{ padding: 16 }} data-testid="callback-offer">
      <div className="row" style={{ flexWrap: "wrap" }}>
        <div className="grow">
          <b>{t("callbackTask")}</b> {callback.kept_place && <Tag color="gold">{t("callbackKeptPlace")}</Tag>}
          <div className="numbers" style={{ fontSize: 24 }} data-testid="callback-number">
            {callback.number}
          </div>
          <span className="quiet small">
            {[callback.line_name, callback.queue_name, label(reasonWords, callback.reason)].filter(Boolean).join(" · ")}
            {` · ${dateTime(callback.created_at)}`}
            {callback.attempts > 0 && ` · ${t("callbackAttempts", { count: callback.attempts })}`}
          </span>
        </div>
        <span className="numbers quiet">{clock(left)}</span>
        <Button
          type="primary"
          size="large"
          icon={<PhoneOutlined />}
          loading={busy === "dial_callback"}
          onClick={dial}
          data-testid="callback-dial"
        >
          {t("callbackDial")}
          <Kbd keys="Alt+B" />
        </Button>
        <Button
          size="large"
          loading={busy === "decline_callback"}
          onClick={ask("decline_callback")}
          data-testid="callback-decline"
        >
          {t("callbackDecline")}
        </Button>
      </div>
    </section>
  );
}

/** Somebody to call back, whom an idle agent may dial now. */
export function CallbackCard() {
  const { callback } = useDeskView();
  return callback && <Card key={callback.task} callback={callback} />;
}
