import { RollbackOutlined, SwapOutlined, TeamOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { Kbd } from "@/components/Kbd";
import { useShortcuts } from "@/lib/keyboard";
import { useCommand, useDesk, useDeskView } from "@/lib/seat/desk-context";
import type { Consultation } from "@/lib/seat/frames";
import { useText } from "@/lib/text";
import { clock, moment } from "@/lib/time";
import { useNow } from "@/lib/use-now";
import { messages } from "@/features/desk/messages";
import styles from "./ConsultBar.module.css";

const words = { ringing: "consultRinging", talking: "consultTalking", conference: "consultConference" } as const;

/** A consultation beside the call: back to the caller, hand over, or all three. */
export function ConsultBar({ contact, consult }: { contact: string; consult: Consultation }) {
  const t = useText(messages);
  const desk = useDesk();
  const { clockOffset } = useDeskView();
  const { busy, run } = useCommand();
  const now = useNow() + clockOffset;
  const since = moment(consult.since);
  const finish = (how: "cancel" | "transfer" | "conference") => () =>
    void run(how, () => desk.command("finish_consult", { contact, how }));
  const answered = consult.state !== "ringing";
  const three = consult.state === "conference";
  useShortcuts({
    "Alt+1": finish("cancel"),
    "Alt+2": answered && finish("transfer"),
    "Alt+3": answered && !three && finish("conference"),
  });
  return (
    <section className={styles.bar} data-state={consult.state} data-testid="consult-bar">
      <i className={styles.dot} />
      <span>
        {t(words[consult.state])} <b>{consult.to_name ?? consult.to_number}</b>
        {since !== null && <span className="numbers"> · {clock((now - since) / 1000)}</span>}
      </span>
      {!three && <span className={styles.hint}>{t("consultHint")}</span>}
      <span className="grow" />
      <Button
        icon={<RollbackOutlined />}
        loading={busy === "cancel"}
        onClick={finish("cancel")}
        data-testid="consult-cancel"
      >
        {t(three ? "consultDrop" : "consultBack")}
        <Kbd keys="Alt+1" />
      </Button>
      <Button
        icon={<SwapOutlined />}
        disabled={!answered}
        loading={busy === "transfer"}
        onClick={finish("transfer")}
        data-testid="consult-transfer"
      >
        {t("consultTransfer")}
        <Kbd keys="Alt+2" />
      </Button>
      {!three && (
        <Button
          icon={<TeamOutlined />}
          disabled={!answered}
          loading={busy === "conference"}
          onClick={finish("conference")}
          data-testid="consult-conference"
        >
          {t("consultThree")}
          <Kbd keys="Alt+3" />
        </Button>
      )}
    </section>
  );
}
