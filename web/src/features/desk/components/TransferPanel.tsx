import { App, Input, Modal } from "antd";
import { useState, type KeyboardEvent } from "react";
import { useText } from "@/lib/text";
import type { AgentState } from "@/lib/seat/frames";
import { messages } from "@/features/desk/messages";
import { useCommand, useDesk, useDeskView } from "@/lib/seat/desk-context";
import styles from "./CallBar.module.css";

interface Target {
  key: string;
  group: "agents" | "queues";
  title: string;
  detail: string;
  state?: AgentState;
  args: { to_agent: string } | { to_queue: string };
}

const order: Record<AgentState, number> = { ready: 0, offered: 1, wrap_up: 2, talking: 3, not_ready: 4, signed_out: 5 };

/** Blind transfer: type, choose with the arrows, Enter. Free agents come first. */
export function TransferPanel({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useText(messages);
  const desk = useDesk();
  const { agents, queues, agent } = useDeskView();
  const { message } = App.useApp();
  const { run } = useCommand();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const wanted = text.trim().toLowerCase();
  const fits = (...words: (string | null)[]) => !wanted || words.some((word) => word?.toLowerCase().includes(wanted));
  const targets: Target[] = [
    ...agents
      .filter((one) => one.id !== agent?.id && one.state !== "signed_out" && fits(one.name, one.number))
      .sort((a, b) => order[a.state] - order[b.state])
      .map((one): Target => ({
        key: one.id,
        group: "agents",
        title: one.name,
        detail: one.number ?? "",
        state: one.state,
        args: { to_agent: one.id },
      })),
    ...queues
      .filter((one) => fits(one.name))
      .map((one): Target => ({
        key: one.id,
        group: "queues",
        title: one.name,
        detail: "",
        args: { to_queue: one.id },
      })),
  ];
  const chosen = Math.min(active, targets.length - 1);
  const transfer = (target: Target | undefined) => {
    if (!target) return;
    void run("transfer", () => desk.command("transfer", target.args)).then((done) => {
      if (!done) return;
      void message.success(`${t("transferred")}：${target.title}`);
      onClose();
    });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setActive(Math.min(chosen + 1, targets.length - 1));
    else if (event.key === "ArrowUp") setActive(Math.max(chosen - 1, 0));
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) transfer(targets[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal
      open={open}
      onCancel={onClose}
      footer={<span className="quiet small">{t("transferHint")}</span>}
      title={t("transferTo")}
      destroyOnHidden
      width={440}
    >
      <div onKeyDown={onKey} data-testid="transfer-panel">
        <Input
          autoFocus
          allowClear
          placeholder={t("transferSearch")}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setActive(0);
          }}
          data-testid="transfer-search"
        />
        <div className={styles.targets}>
          {targets.length === 0 && <p className="quiet">{t("noTarget")}</p>}
          {targets.map((target, index) => (
            <div key={target.key}>
              {target.group !== targets[index - 1]?.group && <div className={styles.group}>{t(target.group)}</div>}
              <button
                type="button"
                className={styles.target}
                data-active={index === chosen}
                data-testid={`transfer-${target.group === "agents" ? "agent" : "queue"}`}
                onMouseEnter={() => setActive(index)}
                onClick={() => transfer(target)}
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
    </Modal>
  );
}
