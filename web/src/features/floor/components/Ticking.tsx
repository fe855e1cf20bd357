import { createContext, use, type ReactNode } from "react";
import { useDeskView } from "@/lib/seat/desk-context";
import { clock, moment } from "@/lib/time";
import { useNow } from "@/lib/use-now";
import { breakLeft } from "@/lib/break-time";
import type { BreakEnd, When } from "@/lib/seat/frames";
import { useText } from "@/lib/text";
import { messages } from "@/features/floor/messages";
import styles from "./Floor.module.css";

const Now = createContext(0);

/** One clock for everything that ticks on the page: only what shows a time is drawn anew each second. */
export function Clock({ children }: { children: ReactNode }) {
  const { clockOffset } = useDeskView();
  return <Now value={useNow() + clockOffset}>{children}</Now>;
}

/** How long something has lasted. `long` (seconds): from then on it is marked. */
export function Ticking({ since, long = Infinity }: { since: When; long?: number }) {
  const now = use(Now);
  const from = moment(since);
  if (from === null) return <span className="quiet">—</span>;
  const seconds = Math.max(0, (now - from) / 1000);
  return (
    <span className="numbers" data-long={seconds >= long}>
      {clock(seconds)}
    </span>
  );
}

/** What is left of a break, or how far it is over its limit. */
export function BreakLimit({ end }: { end: BreakEnd | null | undefined }) {
  const t = useText(messages);
  const left = breakLeft(end, use(Now));
  if (!left) return null;
  return (
    <span
      className={styles.limit}
      data-stage={left.stage}
      data-testid="row-break"
      title={t(end?.what === "day" ? "breakLimitDay" : "breakLimitStay")}
    >
      {t(left.stage === "over" ? "breakOver" : "breakLeft", { time: clock(Math.abs(left.left)) })}
    </span>
  );
}
