import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Segmented, Spin } from "antd";
import { PauseCircleFilled, PlayCircleFilled } from "@ant-design/icons";
import { useRef, useState } from "react";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useShortcuts } from "@/lib/keyboard";
import { useText } from "@/lib/text";
import { clock } from "@/lib/time";
import {
  audioAddress,
  peaksQuery,
  recordingsQuery,
  type Peaks,
  type Recording,
} from "@/features/recordings/api/recordings";
import { messages } from "@/features/recordings/messages";
import { Waveform } from "./Waveform";

const FLAT: Peaks = { caller: [0], agent: [0] };

/** Plays one recording; the sound is fetched only when somebody presses play, because listening is audited. */
function Player({ recording, keys }: { recording: Recording; keys: boolean }) {
  const t = useText(messages);
  const audio = useRef<HTMLAudioElement>(null);
  const { data: peaks } = useQuery(peaksQuery(recording.id));
  const [at, setAt] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [failed, setFailed] = useState(false);
  const [length, setLength] = useState(recording.seconds);
  const start = () => {
    setFailed(false);
    void audio.current?.play().catch((error: Error) => error.name !== "AbortError" && setFailed(true));
  };
  const toggle = () => (playing ? audio.current?.pause() : start());
  const go = (seconds: number) => {
    const element = audio.current;
    if (!element) return;
    const target = Math.min(Math.max(0, seconds), Math.max(0, length - 0.05));
    setAt(target);
    if (element.readyState === 0) {
      // Nothing is loaded yet: begin, and jump as soon as the length is known.
      element.addEventListener("loadedmetadata", () => (element.currentTime = target), { once: true });
      start();
    } else element.currentTime = target;
  };
  useShortcuts(keys ? { " ": toggle, ArrowLeft: () => go(at - 5), ArrowRight: () => go(at + 5) } : {});
  return (
    <div data-testid="recording" data-recording={recording.id} data-playing={playing}>
      <div className="row">
        <Button
          type="text"
          shape="circle"
          size="large"
          aria-label={t(playing ? "pause" : "play")}
          icon={
            playing ? (
              <PauseCircleFilled style={{ fontSize: 32, color: "#2456d6" }} />
            ) : (
              <PlayCircleFilled style={{ fontSize: 32, color: "#2456d6" }} />
            )
          }
          onClick={toggle}
          data-testid="play-recording"
        />
        <div className="grow">
          <Waveform peaks={peaks ?? FLAT} played={length ? at / length : 0} onSeek={(part) => go(part * length)} />
        </div>
      </div>
      <div className="row small quiet" style={{ marginTop: 4 }}>
        <span className="numbers" data-testid="recording-time">
          {clock(at)} / {clock(length)}
        </span>
        <span style={{ color: "#2456d6" }}>▲ {t("caller")}</span>
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
      {failed && <Alert type="error" showIcon title={t("failed")} style={{ marginTop: 8 }} />}
      <audio
        ref={audio}
        src={audioAddress(recording.id)}
        preload="none"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onError={() => setFailed(true)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onLoadedMetadata={(event) =>
          Number.isFinite(event.currentTarget.duration) && setLength(event.currentTarget.duration)
        }
      />
    </div>
  );
}

/** The recordings of a contact. `keys`: the space bar plays (one player a page). */
export function RecordingPlayer({ contactId, keys = true }: { contactId: string; keys?: boolean }) {
  const t = useText(messages);
  const { data, isPending, error, refetch } = useQuery(recordingsQuery(contactId));
  if (isPending) return <Spin size="small" />;
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (data.items.length === 0) return <span className="quiet">{t("none")}</span>;
  return (
    <div className="stack">
      {data.items.map((one, index) => (
        <Player key={one.id} recording={one} keys={keys && index === 0} />
      ))}
    </div>
  );
}
