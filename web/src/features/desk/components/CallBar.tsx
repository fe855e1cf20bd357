import {
  AudioMutedOutlined,
  AlertOutlined,
  AudioOutlined,
  CommentOutlined,
  NumberOutlined,
  PauseOutlined,
  PhoneOutlined,
  PlayCircleOutlined,
  SafetyOutlined,
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
import { rungInPage } from "@/lib/seat/desk-state";
import { useCommand, useDesk, useDeskView } from "@/lib/seat/desk-context";
import { CallerTags } from "./CallerTags";
import styles from "./CallBar.module.css";
import { ConsultPanel } from "./ConsultPanel";
import { Keypad } from "./Keypad";
import { Still } from "@/components/Still";
import { TransferPanel } from "./TransferPanel";

/** The call that is going on: who, how long, and everything done to it. */
export function CallBar({ contact }: { contact: Contact }) {
  const t = useText(messages);
  const desk = useDesk();
  const { phone, agent, clockOffset } = useDeskView();
  const { busy, run } = useCommand();
  const [transferring, setTransferring] = useState(false);
  const [consulting, setConsulting] = useState(false);
  const [keypad, setKeypad] = useState(false);
  const now = useNow() + clockOffset;
  const held = contact.state === "held" || contact.held;
  const away = contact.state === "reconnecting";
  const inPage = rungInPage(agent);
  const mute = () => desk.mute(!phone.muted);
  const hold = () => void run(held ? "resume" : "hold", () => desk.command(held ? "resume" : "hold"));
  const hangUp = () => void run("hang_up", () => desk.command("hang_up"));
  const transfer = () => setTransferring(true);
  const consult = contact.consult ?? null;
  const ask = () => setConsulting(true);
  const help = () => void run("help", () => desk.command("help", { contact: contact.id, raised: !contact.help }));
  const paused = moment(contact.paused_until ?? null);
  const talking = !held && !away;
  const pause = () =>
    void run("pause_recording", () =>
      desk.command("pause_recording", { contact: contact.id, paused: paused === null }),
    );
  useShortcuts({
    F8: inPage && mute,
    F9: !away && !consult && hold,
    "Alt+T": !consult && transfer,
    "Alt+C": !consult && !away && ask,
    "Alt+H": help,
    F10: (talking || paused !== null) && pause,
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
          disabled={away || consult !== null}
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
          icon={<CommentOutlined />}
          disabled={away || consult !== null}
          onClick={ask}
          title={t("consult")}
          data-testid="consult"
        >
          <span className={styles.label}>{t("consult")}</span>
          <Kbd keys="Alt+C" />
        </Button>
        <Button
          className={styles.plain}
          icon={<SwapOutlined />}
          disabled={consult !== null}
          onClick={transfer}
          title={t("transfer")}
          data-testid="transfer"
        >
          <span className={styles.label}>{t("transfer")}</span>
          <Kbd keys="Alt+T" />
        </Button>
        <Button
          className={paused !== null ? styles.silent : styles.plain}
          icon={paused !== null ? <PlayCircleOutlined /> : <SafetyOutlined />}
          loading={busy === "pause_recording"}
          disabled={!talking && paused === null}
          onClick={pause}
          title={t("pauseRecordingHint")}
          data-testid="pause-recording"
          data-paused={paused !== null}
        >
          <span className={styles.label}>
            {paused !== null
              ? t("recordingPaused", { time: clock(Math.max(0, (paused - now) / 1000)) })
              : t("pauseRecording")}
          </span>
          <Kbd keys="F10" />
        </Button>
        <Button
          className={contact.help ? styles.helping : styles.plain}
          icon={<AlertOutlined />}
          loading={busy === "help"}
          onClick={help}
          title={t("helpHint")}
          data-testid="help"
          data-raised={contact.help ?? false}
        >
          <span className={styles.label}>{t(contact.help ? "helpCalled" : "help")}</span>
          <Kbd keys="Alt+H" />
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
      <ConsultPanel contact={contact.id} open={consulting} onClose={() => setConsulting(false)} />
    </section>
  );
}
