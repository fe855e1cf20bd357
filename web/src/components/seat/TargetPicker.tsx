import { Input, Modal } from "antd";
import { useState, type KeyboardEvent } from "react";
import { seatMessages } from "@/lib/seat/messages";
import type { AgentState, Colleague, Named } from "@/lib/seat/frames";
import { useText } from "@/lib/text";
import styles from "./TargetPicker.module.css";

/** Where a call may go. */
export interface CallTarget {
  key: string;
  group: "agents" | "queues" | "numbers";
  title: string;
  detail: string;
  state?: AgentState;
  /** Shown, not to be chosen. */
  away?: boolean;
  args: { to_agent: string } | { to_queue: string } | { to_number: string };
}

interface Props {
  open: boolean;
  title: string;
  /** What the list is for, in the test ids: "transfer" gives transfer-panel, transfer-search, transfer-agent… */
  testid: string;
  agents: Colleague[];
  queues?: Named[];
  /** Whether a number may be typed. */
  numbers?: boolean;
  /** Colleagues who are not ready are shown, but cannot be chosen. */
  onlyReady?: boolean;
  /** The choice is being carried out: another one would be lost. */
  busy?: boolean;
  onClose: () => void;
  onChoose: (target: CallTarget) => void;
}

const order: Record<AgentState, number> = {
  ready: 0,
  offered: 1,
  wrap_up: 2,
  dialling: 3,
  talking: 3,
  assisting: 3,
  not_ready: 4,
  signed_out: 5,
};
const one = { agents: "agent", queues: "queue", numbers: "number" } as const;

function targetsOf({ agents, queues = [], numbers, onlyReady }: Props, text: string): CallTarget[] {
  const wanted = text.trim().toLowerCase();
  const fits = (...words: (string | null)[]) => !wanted || words.some((word) => word?.toLowerCase().includes(wanted));
  const digits = text.replace(/[\s()-]/g, "");
  return [
    ...agents
      .filter((each) => each.state !== "signed_out" && fits(each.name, each.number))
      .sort((a, b) => order[a.state] - order[b.state])
      .map((each): CallTarget => ({
        key: each.id,
        group: "agents",
        title: each.name,
        detail: each.number ?? "",
        state: each.state,
        away: onlyReady === true && each.state !== "ready",
        args: { to_agent: each.id },
      })),
    ...queues
      .filter((each) => fits(each.name))
      .map((each): CallTarget => ({
        key: each.id,
        group: "queues",
        title: each.name,
        detail: "",
        args: { to_queue: each.id },
      })),
    ...(numbers && /^\+?\d{3,18}$/.test(digits)
      ? [
          {
            key: `number-${digits}`,
            group: "numbers" as const,
            title: digits,
            detail: "",
            args: { to_number: digits },
          },
        ]
      : []),
  ];
}

function Choices(props: Props) {
  const t = useText(seatMessages);
  const [text, setText] = useState("");
  const [active, setActive] = useState<string | null>(null);
  const targets = targetsOf(props, text);
  const free = targets.filter(({ away }) => !away);
  const chosen = free.find(({ key }) => key === active) ?? free[0];
  const step = (by: number) => {
    const at = chosen ? free.indexOf(chosen) + by : 0;
    setActive(free[Math.min(Math.max(at, 0), free.length - 1)]?.key ?? null);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      if (chosen && !props.busy) props.onChoose(chosen);
    } else return;
    event.preventDefault();
  };
  return (
    <div onKeyDown={onKey} data-testid={`${props.testid}-panel`}>
      <Input
        autoFocus
        allowClear
        placeholder={t(props.numbers ? "targetSearchNumber" : "targetSearch")}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(null);
        }}
        data-testid={`${props.testid}-search`}
      />
      <div className={styles.targets}>
        {targets.length === 0 && <p className="quiet">{t("noTarget")}</p>}
        {targets.map((target, index) => (
          <div key={target.key}>
            {target.group !== targets[index - 1]?.group && (
              <div className={styles.group}>{t(`targets_${target.group}`)}</div>
            )}
            <button
              type="button"
              className={styles.target}
              disabled={target.away === true || props.busy === true}
              data-active={target === chosen}
              data-testid={`${props.testid}-${one[target.group]}`}
              onMouseEnter={() => setActive(target.key)}
              onClick={() => props.onChoose(target)}
            >
              <b>{target.title}</b>
              <span className="quiet numbers">{target.detail}</span>
              <span className="grow" />
              {target.state && (
                <span className="small" style={{ color: `var(--${target.state.replace("_", "-")})` }}>
                  ● {t(`state_${target.state}`)}
                </span>
              )}
            </button>
          </div>
        ))}
      </div>
    </div>
  );
}

/** Asks where a call goes: type, choose with the arrows, Enter. Free agents come first. */
export function TargetPicker(props: Props) {
  const t = useText(seatMessages);
  return (
    <Modal
      open={props.open}
      onCancel={props.onClose}
      footer={<span className="quiet small">{t("targetHint")}</span>}
      title={props.title}
      destroyOnHidden
      width={440}
    >
      <Choices {...props} />
    </Modal>
  );
}
