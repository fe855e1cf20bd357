import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Segmented } from "antd";
import { PauseCircleFilled, PlayCircleFilled } from "@ant-design/icons";
import { useRef, useState } from "react";
import { useShortcuts } from "@/lib/keyboard";
import { useText } from "@/lib/text";
import { clock } from "@/lib/time";
import { peaksQuery, timelineQuery, type Peaks, type Source } from "@/features/recordings/api/recordings";
import { messages } from "@/features/recordings/messages";
import styles from "./Player.module.css";
import { Marks, MarkList, TalkBand } from "./TalkBand";
import { Waveform } from "./Waveform";

const FLAT: Peaks = { caller: [0], agent: [0] };
const BLUE = "#2456d6";

interface Props {
  source: Source;
  /** The space bar plays (one player a page). */
  keys: boolean;
  /** Told where the player is, in seconds. */
  onAt?: (seconds: number) => void;
}

/** Plays one sound; it is fetched only when somebody presses play, because listening is audited. */
export function Player({ source, keys, onAt }: Props) {
  const t = useText(messages);
  const audio = useRef<HTMLAudioElement>(null);
  const { data: peaks } = useQuery(peaksQuery(source));
  const { data: timeline } = useQuery(timelineQuery(source));
  const [at, setAt] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [failed, setFailed] = useState(false);
  const [length, setLength] = useState(source.seconds);
  const start = () => {
    setFailed(false);
    void audio.current?.play().catch((error: Error) => error.name !== "AbortError" && setFailed(true));
  };
  const toggle = () => (playing ? audio.current?.pause() : start());
  const moved = (seconds: number) => {
    setAt(seconds);
    onAt?.(seconds);
  };
  const go = (seconds: number) => {
    const element = audio.current;
    if (!element) return;
    const target = Math.min(Math.max(0, seconds), Math.max(0, length - 0.05));
    moved(target);
    if (element.readyState === 0) {
      // Nothing is loaded yet: begin, and jump as soon as the length is known.
      element.addEventListener("loadedmetadata", () => (element.currentTime = target), { once: true });
      start();
    } else element.currentTime = target;
  };
  useShortcuts(keys ? { " ": toggle, ArrowLeft: () => go(at - 5), ArrowRight: () => go(at + 5) } : {});
  const shown = timeline && timeline.stretches.length > 0 ? timeline : null;
  return (
    <div data-testid="recording" data-recording={source.id} data-playing={playing}>
      <div className="row" style={{ alignItems: "flex-start" }}>
        <Button
          type="text"
          shape="circle"
          size="large"
          aria-label={t(playing ? "pause" : "play")}
          style={{ marginTop: 24 }}
          icon={
            playing ? (
              <PauseCircleFilled style={{ fontSize: 32, color: BLUE }} />
            ) : (
              <PlayCircleFilled style={{ fontSize: 32, color: BLUE }} />
            )
          }
          onClick={toggle}
          data-testid="play-recording"
        />
        <div className="grow">
          <div className={styles.stage}>
            <Waveform peaks={peaks ?? FLAT} played={length ? at / length : 0} onSeek={(part) => go(part * length)} />
            {timeline && <Marks timeline={timeline} seconds={source.seconds} onGo={go} />}
          </div>
          {shown && <TalkBand timeline={shown} seconds={source.seconds} onGo={go} />}
        </div>
      </div>
      <div className="row small quiet" style={{ marginTop: 4 }}>
        <span className="numbers" data-testid="recording-time">
          {clock(at)} / {clock(length)}
        </span>
        <span style={{ color: BLUE }}>▲ {t("caller")}</span>
        <span style={{ color: "#15924a" }}>▼ {t("agent")}</span>
        <span className="grow">{keys && t("keys")}</span>
        <Segmented
          size="small"
          defaultValue={1}
          options={[1, 1.5, 2].map((rate) => ({ value: rate, label: `${rate}×` }))}
          onChange={(rate) => {
            if (audio.current) audio.current.playbackRate = rate;
          }}
        />
      </div>
      {timeline && timeline.marks.length > 0 && <MarkList timeline={timeline} onGo={go} />}
      {failed && <Alert type="error" showIcon title={t("failed")} style={{ marginTop: 8 }} />}
      <audio
        ref={audio}
        src={source.audio}
        preload="none"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onError={() => setFailed(true)}
        onTimeUpdate={(event) => moved(event.currentTarget.currentTime)}
        onLoadedMetadata={(event) =>
          Number.isFinite(event.currentTarget.duration) && setLength(event.currentTarget.duration)
        }
      />
    </div>
  );
}
