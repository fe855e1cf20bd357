import { Tooltip } from "antd";
import { useLabel, useText } from "@/lib/text";
import { clock } from "@/lib/time";
import type { Timeline } from "@/features/recordings/api/recordings";
import { markWords, messages } from "@/features/recordings/messages";
import styles from "./Player.module.css";

interface Props {
  timeline: Timeline;
  seconds: number;
  onGo: (seconds: number) => void;
}

const share = (value: number, whole: number) => `${Math.min(100, Math.max(0, (value / whole) * 100))}%`;

/** Over the waveform: where something happened, and where the recording was paused. */
export function Marks({ timeline, seconds, onGo }: Props) {
  const t = useText(messages);
  const label = useLabel();
  return (
    <>
      {timeline.gaps.map((gap) => (
        <div
          key={gap.from_s}
          className={styles.gap}
          title={t("paused", { from: clock(gap.from_s), to: clock(gap.to_s) })}
          style={{ left: share(gap.from_s, seconds), width: share(gap.to_s - gap.from_s, seconds) }}
          data-testid="gap"
        />
      ))}
      {timeline.marks.map((mark, index) => (
        <Tooltip
          key={`${mark.kind}-${mark.at_s}-${index}`}
          title={[clock(mark.at_s), label(markWords, mark.kind), mark.agent, mark.to].filter(Boolean).join(" · ")}
        >
          <button
            type="button"
            className={styles.mark}
            aria-label={`${label(markWords, mark.kind)} ${clock(mark.at_s)}`}
            style={{ left: share(mark.at_s, seconds) }}
            onClick={() => onGo(mark.at_s)}
            data-testid="mark"
          />
        </Tooltip>
      ))}
    </>
  );
}

/** Under the waveform: who talked when, and when the caller waited or was held; a click goes there. */
export function TalkBand({ timeline, seconds, onGo }: Props) {
  const t = useText(messages);
  const agents = [...new Set(timeline.stretches.flatMap(({ agent }) => (agent ? [agent] : [])))];
  const colour = (what: string, agent: string | null) =>
    what === "held" ? styles.held : what === "talking" ? styles[`talking${agents.indexOf(agent ?? "") % 3}`] : "";
  return (
    <div className={styles.band} data-testid="talk-band">
      {timeline.stretches.map((one) => {
        const words =
          one.what === "waiting" ? t("waiting") : one.what === "held" ? t("onHold") : (one.agent ?? t("agent"));
        return (
          <button
            key={one.from_s}
            type="button"
            className={`${styles.stretch} ${colour(one.what, one.agent)}`}
            title={`${words} ${clock(one.from_s)}–${clock(one.to_s)}`}
            style={{ left: share(one.from_s, seconds), width: share(one.to_s - one.from_s, seconds) }}
            onClick={() => onGo(one.from_s)}
          >
            {words}
          </button>
        );
      })}
    </div>
  );
}

/** The marks as words; a click goes there. */
export function MarkList({ timeline, onGo }: Omit<Props, "seconds">) {
  const label = useLabel();
  return (
    <div className={styles.marks}>
      {timeline.marks.map((mark, index) => (
        <button
          key={`${mark.kind}-${mark.at_s}-${index}`}
          type="button"
          className="chip"
          onClick={() => onGo(mark.at_s)}
        >
          <span className="numbers quiet">{clock(mark.at_s)}</span> {label(markWords, mark.kind)}{" "}
          {[mark.agent, mark.to && `→ ${mark.to}`].filter(Boolean).join(" ")}
        </button>
      ))}
    </div>
  );
}
