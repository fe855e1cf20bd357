import { PhoneOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { Kbd } from "@/components/Kbd";
import { messages } from "@/features/desk/messages";
import { useShortcuts } from "@/lib/keyboard";
import { rungInPage } from "@/lib/seat/desk-state";
import { useCommand, useDesk, useDeskView } from "@/lib/seat/desk-context";
import type { Contact } from "@/lib/seat/frames";
import { useText } from "@/lib/text";
import { clock, moment } from "@/lib/time";
import { useNow } from "@/lib/use-now";
import styles from "./CallBar.module.css";
import { CallerTags } from "./CallerTags";

/** A call out that nobody has answered yet: who is rung, what they see, and the way back. */
export function DiallingBar({ contact }: { contact: Contact }) {
  const t = useText(messages);
  const desk = useDesk();
  const { agent, clockOffset } = useDeskView();
  const { busy, run } = useCommand();
  const now = useNow() + clockOffset;
  const hangUp = () => void run("hang_up", () => desk.command("hang_up"));
  useShortcuts({ F4: hangUp });
  const since = moment(contact.started_at) ?? now;
  const lift = contact.state === "calling" && !rungInPage(agent);
  const name = contact.pop?.customer?.name;
  return (
    <section className={styles.bar} data-state={contact.state} data-testid="dialling-bar" data-contact={contact.id}>
      <div className={styles.who}>
        <div className={styles.number}>
          <span data-testid="call-number">{contact.number}</span>
          {name && <span>{name}</span>}
          <CallerTags pop={contact.pop} />
        </div>
        <div className={`${styles.sub} ellipsis`}>
          {[contact.number_place ?? contact.pop?.place, contact.line_name].filter(Boolean).join(" · ")}
          {contact.caller_id && ` · ${t("theySee", { number: contact.caller_id })}`}
        </div>
      </div>
      <div className="grow" />
      <div style={{ textAlign: "right" }}>
        <div className={styles.timer}>{clock((now - since) / 1000)}</div>
        <div className={styles.state}>
          {t(lift ? "liftToCall" : contact.state === "calling" ? "ownPhone" : "customerRings")}
        </div>
      </div>
      <div className={styles.actions}>
        <Button
          type="primary"
          danger
          icon={<PhoneOutlined rotate={225} />}
          loading={busy === "hang_up"}
          onClick={hangUp}
          data-testid="hang-up"
        >
          <span className={styles.label}>{t("giveUp")}</span>
          <Kbd keys="F4" />
        </Button>
      </div>
    </section>
  );
}
