/* How a break stands against its limit. Pure. */
import type { BreakEnd } from "@/lib/seat/frames";
import { moment } from "@/lib/time";

export interface BreakLeft {
  /** Seconds until the limit; negative: over it. */
  left: number;
  /** amber: it ends soon; over: it should have ended. */
  stage: "fine" | "amber" | "over";
}

/** From so many seconds before the limit on it is marked. */
const SOON_S = 120;

/** null: there is no limit. `now`: milliseconds by the server's clock. */
export function breakLeft(end: BreakEnd | null | undefined, now: number): BreakLeft | null {
  const at = moment(end?.ends_at ?? null);
  if (at === null) return null;
  const left = (at - now) / 1000;
  return { left, stage: left <= 0 ? "over" : left <= SOON_S ? "amber" : "fine" };
}
