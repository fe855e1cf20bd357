import { Alert } from "antd";
import type { Verdict } from "@/lib/call-quality";
import { useDeskView } from "@/lib/seat/desk-context";
import type { LineState } from "@/lib/seat/desk-state";
import type { Contact } from "@/lib/seat/frames";
import { useText } from "@/lib/text";
import { messages } from "@/features/desk/messages";

type Words = Exclude<Extract<keyof typeof messages, `sound${string}`>, `soundFigure${string}`>;

const mine: Partial<Record<NonNullable<Verdict["what"]>, [Words, Words]>> = {
  loss: ["soundLoss", "soundLossDo"],
  jitter: ["soundJitter", "soundLossDo"],
  delay: ["soundDelay", "soundLossDo"],
  no_sound: ["soundNothing", "soundNothingDo"],
  microphone: ["soundMicrophone", "soundMicrophoneDo"],
};

/** What of the two sides sounds wrong, in the order in which it matters; null: nothing. */
function worst(
  quality: Verdict,
  caller: LineState,
  line: LineState,
): { level: "error" | "warning"; words: [Words, Words] } | null {
  if (quality.state !== "good" && quality.what) {
    const out = quality.way === "out" && quality.what === "loss";
    const words: [Words, Words] = out
      ? ["soundLossOut", "soundLossDo"]
      : (mine[quality.what] ?? ["soundLoss", "soundLossDo"]);
    return { level: quality.state === "silent" ? "error" : "warning", words };
  }
  if (line !== "good")
    return line === "silent"
      ? { level: "error", words: ["soundLineSilent", "soundLineDo"] }
      : { level: "warning", words: ["soundLinePoor", "soundLineDo"] };
  if (caller !== "good")
    return caller === "silent"
      ? { level: "error", words: ["soundCallerSilent", "soundCallerDo"] }
      : { level: "warning", words: ["soundCallerPoor", "soundCallerDo"] };
  return null;
}

/** Says that the sound is bad, on whose side, and what to do. */
export function QualityBanner({ contact }: { contact: Contact }) {
  const t = useText(messages);
  const { quality, lines } = useDeskView();
  const told = lines.contact === contact.id;
  const found = worst(quality, told ? lines.caller : "good", told ? lines.agent : "good");
  if (!found || contact.state !== "talking" || contact.held) return null;
  const figures = [
    quality.loss_percent !== null &&
      quality.loss_percent >= 1 &&
      t("soundFigureLoss", { n: quality.loss_percent.toFixed(0) }),
    quality.jitter_ms !== null &&
      quality.jitter_ms >= 10 &&
      t("soundFigureJitter", { n: quality.jitter_ms.toFixed(0) }),
    quality.rtt_ms !== null && quality.rtt_ms >= 100 && t("soundFigureDelay", { n: quality.rtt_ms.toFixed(0) }),
  ].filter(Boolean);
  return (
    <Alert
      type={found.level}
      showIcon
      banner
      title={t(found.words[0])}
      description={
        <>
          {t(found.words[1])}
          {figures.length > 0 && <span className="quiet small"> {figures.join(" · ")}</span>}
        </>
      }
      data-testid="quality"
      data-state={quality.state}
      data-what={quality.what ?? ""}
    />
  );
}
