import { AudioOutlined, CheckCircleFilled, SoundOutlined, WarningFilled } from "@ant-design/icons";
import { Alert, Button, Drawer, Form, Progress, Select } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import { MicrophoneFault } from "@/components/seat/MicrophoneFault";
import { MicrophoneError, openMicrophone, type MicrophoneFault as Fault } from "@/lib/microphone";
import { seatMessages } from "@/lib/seat/messages";
import { follow, levelOf, play, playTone, record, type Level } from "@/lib/sound-check";
import {
  canChooseSpeaker,
  chooseMicrophone,
  chooseSpeaker,
  chosenMicrophone,
  chosenSpeaker,
  soundDevices,
  type SoundDevices,
} from "@/lib/sound-devices";
import { useText } from "@/lib/text";

const RECORD_MS = 3_000;
/** After so many readings without any sound the microphone is told to give none. */
const SILENT_READINGS = 30;
const colours: Record<Level, string> = { silent: "#b7c0d1", quiet: "#e8a33a", fine: "#34c26e", loud: "#d1313d" };

/** What the microphone gives now: the loudness, and whether it has given anything at all. */
function useMicrophone(device: string) {
  const [fault, setFault] = useState<Fault | null>(null);
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [loudness, setLoudness] = useState(0);
  const [best, setBest] = useState<Level>("silent");
  const [readings, setReadings] = useState(0);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let over = false;
    let stop: (() => void) | null = null;
    openMicrophone()
      .then((opened) => {
        const close = () => opened.getTracks().forEach((track) => track.stop());
        if (over) return close();
        setFault(null);
        setStream(opened);
        setBest("silent");
        setReadings(0);
        const leave = follow(opened, (heard) => {
          setLoudness(heard);
          setReadings((count) => count + 1);
          const level = levelOf(heard);
          setBest((before) => (level === "silent" || (before !== "silent" && level === "quiet") ? before : level));
        });
        stop = () => {
          leave();
          close();
        };
      })
      .catch((error: unknown) => setFault(error instanceof MicrophoneError ? error.fault : "failed"));
    return () => {
      over = true;
      stop?.();
    };
  }, [device, turn]);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  return { fault, stream, loudness, best, deaf: best === "silent" && readings > SILENT_READINGS, again };
}

function Check() {
  const t = useText(seatMessages);
  const [devices, setDevices] = useState<SoundDevices>({ microphones: [], speakers: [] });
  const [microphone, setMicrophone] = useState(chosenMicrophone);
  const [speaker, setSpeaker] = useState(chosenSpeaker);
  const [busy, setBusy] = useState<"tone" | "record" | "play" | null>(null);
  const [heard, setHeard] = useState<boolean | null>(null);
  const { fault, stream, loudness, best, deaf, again } = useMicrophone(microphone);
  const there = useRef(true);
  useEffect(() => {
    there.current = true;
    return () => {
      there.current = false;
    };
  }, []);
  useEffect(() => {
    if (!stream) return;
    const list = () => void soundDevices().then((found) => there.current && setDevices(found));
    list();
    navigator.mediaDevices.addEventListener("devicechange", list);
    return () => navigator.mediaDevices.removeEventListener("devicechange", list);
  }, [stream]);
  const options = (found: MediaDeviceInfo[]) => [
    { value: "", label: t("systemDevice") },
    ...found.map((one, index) => ({ value: one.deviceId, label: one.label || `${t("device")} ${index + 1}` })),
  ];
  const tone = () => {
    setBusy("tone");
    void playTone(speaker)
      .catch(() => undefined)
      .finally(() => setBusy(null));
  };
  const listen = async () => {
    if (!stream) return;
    setBusy("record");
    const sound = await record(stream, RECORD_MS);
    setBusy("play");
    await play(sound, speaker);
  };
  const level = levelOf(loudness);
  const verdict = deaf ? "micDeaf" : best === "loud" ? "micLoud" : best === "quiet" ? "micQuiet" : "micFine";
  const said = deaf || best !== "silent";
  return (
    <Form layout="vertical" data-testid="sound-check-panel">
      <MicrophoneFault fault={fault} onRetry={again} />
      <Form.Item label={t("microphone")}>
        <Select
          value={microphone}
          options={options(devices.microphones)}
          onChange={(device) => {
            chooseMicrophone(device);
            setMicrophone(device);
          }}
          data-testid="check-microphone"
        />
      </Form.Item>
      <div data-testid="sound-level" data-level={level} data-best={best}>
        <Progress
          percent={Math.min(100, Math.round(Math.sqrt(loudness) * 140))}
          showInfo={false}
          strokeColor={colours[level]}
          status="normal"
        />
        <p className="quiet small">{t("sayHint")}</p>
        {!fault && said && (
          <Alert
            type={verdict === "micFine" ? "success" : verdict === "micDeaf" ? "error" : "warning"}
            showIcon
            icon={verdict === "micFine" ? <CheckCircleFilled /> : <WarningFilled />}
            title={t(verdict)}
            description={t(`${verdict}Do`)}
            data-testid="microphone-verdict"
            data-verdict={verdict}
          />
        )}
      </div>
      <Button
        icon={<AudioOutlined />}
        disabled={!stream || busy !== null}
        loading={busy === "record" || busy === "play"}
        onClick={() =>
          void listen()
            .catch(() => undefined)
            .finally(() => there.current && setBusy(null))
        }
        style={{ margin: "14px 0 20px" }}
        data-testid="record-and-listen"
        data-busy={busy ?? ""}
      >
        {t(busy === "record" ? "recordingNow" : busy === "play" ? "playingNow" : "recordAndListen")}
      </Button>
      <Form.Item label={t("speaker")} extra={canChooseSpeaker() ? undefined : t("speakerOfSystem")}>
        <Select
          value={speaker}
          disabled={!canChooseSpeaker()}
          options={options(devices.speakers)}
          onChange={(device) => {
            chooseSpeaker(device);
            setSpeaker(device);
            setHeard(null);
          }}
          data-testid="check-speaker"
        />
      </Form.Item>
      <div className="row wrap">
        <Button
          icon={<SoundOutlined />}
          disabled={busy !== null}
          loading={busy === "tone"}
          onClick={tone}
          data-testid="test-tone"
        >
          {t("testTone")}
        </Button>
        <Button type="text" onClick={() => setHeard(true)} data-testid="tone-heard">
          {t("toneHeard")}
        </Button>
        <Button type="text" onClick={() => setHeard(false)} data-testid="tone-not-heard">
          {t("toneNotHeard")}
        </Button>
      </div>
      {heard !== null && (
        <Alert
          style={{ marginTop: 12 }}
          type={heard ? "success" : "error"}
          showIcon
          title={t(heard ? "speakerFine" : "speakerDeaf")}
          description={heard ? undefined : t("speakerDeafDo")}
          data-testid="speaker-verdict"
        />
      )}
    </Form>
  );
}

/** A button that opens the check of headset and speaker: which ones, whether they work, what to do if not. */
export function SoundCheck() {
  const t = useText(seatMessages);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button type="link" icon={<SoundOutlined />} onClick={() => setOpen(true)} data-testid="sound-check">
        {t("soundCheck")}
      </Button>
      <Drawer open={open} onClose={() => setOpen(false)} title={t("soundCheck")} size={420} destroyOnHidden>
        <Check />
      </Drawer>
    </>
  );
}
