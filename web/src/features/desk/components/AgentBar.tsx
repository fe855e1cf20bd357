import { Button, Dropdown } from "antd";
import { DownOutlined } from "@ant-design/icons";
import { useState } from "react";
import { Kbd } from "@/components/Kbd";
import { breakLeft } from "@/lib/break-time";
import { useShortcuts, type Shortcuts } from "@/lib/keyboard";
import { usePick, useText } from "@/lib/text";
import { clock, moment } from "@/lib/time";
import { useNow } from "@/lib/use-now";
import type { AgentFrame } from "@/lib/seat/frames";
import { messages } from "@/features/desk/messages";
import { useCommand, useDesk, useDeskView } from "@/lib/seat/desk-context";
import styles from "./AgentBar.module.css";
import { Still } from "@/components/Still";

const phoneWords = {
  off: "phoneConnecting",
  connecting: "phoneConnecting",
  registered: "phoneReady",
  refused: "phoneRefused",
} as const;

function StatePill({ agent }: { agent: AgentFrame }) {
  const t = useText(messages);
  const pick = usePick();
  const desk = useDesk();
  const { reasons, clockOffset } = useDeskView();
  const now = useNow() + clockOffset;
  const since = moment(agent.since);
  const left = agent.state === "not_ready" ? breakLeft(agent.break, now) : null;
  const reason =
    agent.state === "not_ready"
      ? pick(
          reasons.find(({ code }) => code === agent.reason),
          agent.reason ?? "",
        )
      : "";
  return (
    <span className={styles.pill} data-state={agent.state} data-testid="agent-state" title={desk.snapshot().socket}>
      <i className={styles.dot} />
      {t(`state_${agent.state}`)}
      {reason && <span>· {reason}</span>}
      {since !== null && agent.state !== "signed_out" && (
        <span className={styles.time}>{clock((now - since) / 1000)}</span>
      )}
      {left && (
        <span
          className={styles.limit}
          data-stage={left.stage}
          data-testid="break-left"
          title={t(agent.break?.what === "day" ? "breakLimitDay" : "breakLimitStay")}
        >
          {t(left.stage === "over" ? "breakOver" : "breakLeft", { time: clock(Math.abs(left.left)) })}
        </span>
      )}
    </span>
  );
}

/** State, ready / not ready, and the phone's health: at the top of every page of an agent. */
export function AgentBar() {
  const t = useText(messages);
  const pick = usePick();
  const desk = useDesk();
  const { agent, reasons, phone, socket } = useDeskView();
  const { busy, run } = useCommand();
  const [open, setOpen] = useState(false);
  const seated = !!agent && agent.state !== "signed_out";
  const inCall = seated && (agent.state === "talking" || agent.state === "wrap_up");
  const choosable = reasons.filter(({ code, selectable }) => selectable !== false && !AUTOMATIC.has(code));
  const ready = () => void run("ready", () => desk.ready());
  const notReady = (reason: string) => {
    setOpen(false);
    // Another reason is another wish, also while the first is under way.
    void run(`not_ready ${reason}`, () => desk.command("not_ready", { reason }));
  };
  const digits: Shortcuts = open
    ? Object.fromEntries(choosable.slice(0, 9).map(({ code }, index) => [String(index + 1), () => notReady(code)]))
    : {};
  useShortcuts({
    "Alt+R": seated && agent.state !== "ready" && ready,
    "Alt+N": seated && (() => setOpen(true)),
    Escape: open && (() => setOpen(false)),
    ...digits,
  });
  if (!agent || !seated) return null;
  return (
    <div className={styles.bar}>
      {agent.phone === "browser" && (
        <span
          className={styles.phone}
          data-status={phone.status}
          data-testid="phone-status"
          title={t(phoneWords[phone.status])}
        >
          <i />
          <span className={styles.phoneText}>{t(phoneWords[phone.status])}</span>
        </span>
      )}
      <StatePill agent={agent} />
      {agent.state === "not_ready" && (
        <Button
          type="primary"
          onClick={ready}
          loading={busy === "ready"}
          disabled={socket !== "open"}
          data-testid="ready"
        >
          {t("ready")}
          <Kbd keys="Alt+R" />
        </Button>
      )}
      <Still>
        <Dropdown
          open={open}
          onOpenChange={setOpen}
          trigger={["click"]}
          menu={{
            items: [
              {
                key: "title",
                type: "group",
                label: inCall ? `${t("chooseReason")} · ${t("afterCall")}` : t("chooseReason"),
              },
              ...choosable.map((reason, index) => ({
                key: reason.code,
                label: (
                  <span data-testid={`reason-${reason.code}`}>
                    {pick(reason)} {index < 9 && <Kbd keys={String(index + 1)} />}
                  </span>
                ),
              })),
              { type: "divider" as const },
              { key: "sign_out", danger: true, label: <span data-testid="leave-seat">{t("leaveSeat")}</span> },
            ],
            onClick: ({ key }) => (key === "sign_out" ? void run("sign_out", () => desk.leaveSeat()) : notReady(key)),
          }}
        >
          <Button loading={busy?.startsWith("not_ready") ?? false} disabled={socket !== "open"} data-testid="not-ready">
            {t("notReady")}
            <Kbd keys="Alt+N" />
            <DownOutlined />
          </Button>
        </Dropdown>
      </Still>
    </div>
  );
}

/** Reasons that the router sets by itself; nobody chooses them. */
const AUTOMATIC = new Set([
  "no_answer",
  "rejected",
  "phone_busy",
  "phone_unreachable",
  "phone_failed",
  "phone_lost",
  "connection_lost",
]);
