import { PhoneOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { Kbd } from "@/components/Kbd";
import { useShortcuts } from "@/lib/keyboard";
import { useCommand, useDesk, useDeskView } from "@/lib/seat/desk-context";
import type { Party } from "@/lib/seat/frames";
import { useText } from "@/lib/text";
import { clock, moment } from "@/lib/time";
import { useNow } from "@/lib/use-now";
import { messages } from "@/features/desk/messages";
import styles from "./ConsultBar.module.css";

/** A colleague has asked this agent about a call: they talk, the caller may hear music. */
export function ConsultedBar({ party }: { party: Party }) {
  const t = useText(messages);
  const desk = useDesk();
  const { clockOffset } = useDeskView();
  const { busy, run } = useCommand();
  const now = useNow() + clockOffset;
  const since = moment(party.since);
  const hangUp = () => void run("hang_up", () => desk.command("hang_up", { contact: party.contact }));
  useShortcuts({ F4: hangUp });
  return (
    <section className={styles.bar} data-state={party.state} data-testid="consulted">
      <i className={styles.dot} />
      <span>
        {t(party.part === "conference" ? "consultedThree" : "consulted", { name: party.agent_name ?? "" })}
        <span className="numbers"> · {party.number ?? t("unknownNumber")}</span>
        {since !== null && <span className="numbers"> · {clock((now - since) / 1000)}</span>}
      </span>
      <span className="grow" />
      <Button
        danger
        icon={<PhoneOutlined rotate={225} />}
        loading={busy === "hang_up"}
        onClick={hangUp}
        data-testid="consulted-leave"
      >
        {t("hangUp")}
        <Kbd keys="F4" />
      </Button>
    </section>
  );
}
