import { AudioOutlined, CloseCircleOutlined, ImportOutlined, SoundOutlined, TeamOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { ReactNode } from "react";
import { useCommand, useDesk, useDeskView } from "@/lib/seat/desk-context";
import type { SupervisionMode } from "@/lib/seat/frames";
import { useText } from "@/lib/text";
import { clock } from "@/lib/time";
import { useNow } from "@/lib/use-now";
import { messages } from "@/features/floor/messages";
import { useSupervision, type Supervision } from "@/features/floor/state/use-supervision";
import styles from "./SupervisionBar.module.css";

const MODES: { mode: SupervisionMode; icon: ReactNode }[] = [
  { mode: "listen", icon: <SoundOutlined /> },
  { mode: "whisper", icon: <AudioOutlined /> },
  { mode: "barge", icon: <TeamOutlined /> },
];

function Bar({ supervision }: { supervision: Supervision }) {
  const t = useText(messages);
  const desk = useDesk();
  const { clockOffset } = useDeskView();
  const { busy, run } = useCommand();
  const now = useNow() + clockOffset;
  const { contact, mode, connecting, idle, since, name, number } = supervision;
  const ask = (command: string, args: Record<string, unknown> = {}) =>
    void run(`${command}-${String(args["mode"] ?? "")}`, () => desk.command(command, { contact, ...args }));
  return (
    <section className={styles.bar} data-mode={mode} data-connecting={connecting} data-testid="supervision">
      <i className={styles.dot} />
      <div className={styles.what}>
        <span>
          {connecting ? t("ringing") : t(`now_${mode}`)} <b>{name}</b>
          <span className="numbers"> · {number}</span>
          {since !== null && !connecting && (
            <span className="numbers" data-testid="supervision-time">
              {" "}
              · {clock((now - since) / 1000)}
            </span>
          )}
        </span>
        <small>{idle ? t("idleHint") : t(`${mode}Hint`)}</small>
      </div>
      <span className="grow" />
      {MODES.filter((one) => one.mode !== mode).map((one) => (
        <Button
          key={one.mode}
          ghost
          icon={one.icon}
          loading={busy === `supervise-${one.mode}`}
          onClick={() => ask("supervise", { mode: one.mode })}
          data-testid={`supervise-${one.mode}`}
        >
          {t(one.mode)}
        </Button>
      ))}
      <Button
        ghost
        icon={<ImportOutlined />}
        loading={busy === "take_over-"}
        onClick={() => ask("take_over")}
        data-testid="supervise-take-over"
      >
        {t("take_over")}
      </Button>
      <Button
        type="primary"
        danger
        icon={<CloseCircleOutlined />}
        loading={busy === "end_supervision-"}
        onClick={() => ask("end_supervision")}
        data-testid="supervise-end"
      >
        {t("end")}
      </Button>
    </section>
  );
}

/** What this supervisor listens to or takes part in, on every page. */
export function SupervisionBar() {
  const supervision = useSupervision();
  return supervision && <Bar supervision={supervision} />;
}
