import {
  AudioMutedOutlined,
  AudioOutlined,
  NumberOutlined,
  PauseOutlined,
  PhoneOutlined,
  PlayCircleOutlined,
  SwapOutlined,
} from "@ant-design/icons";
import { Button, Popover } from "antd";
import { useState } from "react";
import { Kbd } from "@/components/Kbd";
import { useShortcuts } from "@/lib/keyboard";
import { useText } from "@/lib/text";
import { clock, moment } from "@/lib/time";
import { useNow } from "@/lib/use-now";
import type { Contact } from "@/lib/seat/frames";
import { messages } from "@/features/desk/messages";
import { useCommand, useDesk, useDeskView } from "@/lib/seat/desk-context";
import { CallerTags } from "./CallerTags";
import styles from "./CallBar.module.css";
import { Keypad } from "./Keypad";
import { Still } from "./Still";
import { TransferPanel } from "./TransferPanel";

/** The call that is going on: who, how long, and everything done to it. */
export function CallBar({ contact }: { contact: Contact }) {
  const t = useText(messages);
  const desk = useDesk();
  const { phone, agent, clockOffset } = useDeskView();
  const { busy, run } = useCommand();
  const [transferring, setTransferring] = useState(false);
  const [keypad, setKeypad] = useState(false);
  const now = useNow() + clockOffset;
  const held = contact.state === "held" || contact.held;
  const away = contact.state === "reconnecting";
  const inPage = agent?.phone !== "sip";
  const mute = () => desk.mute(!phone.muted);
  const hold = () => void run(held ? "resume" : "hold", () => desk.command(held ? "resume" : "hold"));
  const hangUp = () => void run("hang_up", () => desk.command("hang_up"));
  const transfer = () => setTransferring(true);
  useShortcuts({
    F8: inPage && mute,
    F9: !away && hold,
    "Alt+T": transfer,
    "Alt+K": () => setKeypad((open) => !open),
    F4: hangUp,
  });
  const since = moment(contact.answered_at ?? contact.started_at) ?? now;
  const stage = away ? "reconnecting" : held ? "held" : "talking";
  const name = contact.pop?.customer?.name;
  return (
    <section
      className={styles.bar}
      data-state={stage}
      data-testid="call-bar"
      data-contact={contact.id}
      data-muted={phone.muted}
    >
      <div className={styles.who}>
        <div className={styles.number}>
          <span data-testid="call-number">{contact.number || t("unknownNumber")}</span>
          {name && <span>{name}</span>}
          <CallerTags pop={contact.pop} />
        </div>
        <div className={`${styles.sub} ellipsis`}>
          {[contact.number_place ?? contact.pop?.place, contact.line_name, contact.queue_name]
            .filter(Boolean)
            .join(" · ")}
        </div>
      </div>
      <div className="grow" />
      <div style={{ textAlign: "right" }}>
        <div className={styles.timer} data-testid="call-timer">
          {clock((now - since) / 1000)}
        </div>
        <div className={styles.state}>{t(stage)}</div>
      </div>
      <div className={styles.actions}>
        {inPage && (
          <Button
            className={phone.muted ? styles.on : styles.plain}
            icon={phone.muted ? <AudioMutedOutlined /> : <AudioOutlined />}
            onClick={mute}
            title={t(phone.muted ? "unmute" : "mute")}
            data-testid="mute"
          >
            <span className={styles.label}>{t(phone.muted ? "unmute" : "mute")}</span>
            <Kbd keys="F8" />
          </Button>
        )}
        <Button
          className={held ? styles.on : styles.plain}
          icon={held ? <PlayCircleOutlined /> : <PauseOutlined />}
          loading={busy === "hold" || busy === "resume"}
          disabled={away}
          onClick={hold}
          title={t(held ? "resume" : "hold")}
          data-testid="hold"
        >
          <span className={styles.label}>{t(held ? "resume" : "hold")}</span>
          <Kbd keys="F9" />
        </Button>
        <Still>
          <Popover open={keypad} onOpenChange={setKeypad} trigger="click" content={<Keypad />}>
            <Button className={styles.plain} icon={<NumberOutlined />} title={t("keypad")} data-testid="open-keypad">
              <span className={styles.label}>{t("keypad")}</span>
              <Kbd keys="Alt+K" />
            </Button>
          </Popover>
        </Still>
        <Button
          className={styles.plain}
          icon={<SwapOutlined />}
          onClick={transfer}
          title={t("transfer")}
          data-testid="transfer"
        >
          <span className={styles.label}>{t("transfer")}</span>
          <Kbd keys="Alt+T" />
        </Button>
        <Button
          type="primary"
          danger
          icon={<PhoneOutlined rotate={225} />}
          loading={busy === "hang_up"}
          onClick={hangUp}
          data-testid="hang-up"
        >
          <span className={styles.label}>{t("hangUp")}</span>
          <Kbd keys="F4" />
        </Button>
      </div>
      <TransferPanel open={transferring} onClose={() => setTransferring(false)} />
    </section>
  );
}
