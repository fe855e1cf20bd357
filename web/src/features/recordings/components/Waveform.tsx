import { useEffect, useRef } from "react";
import type { Peaks } from "@/features/recordings/api/recordings";

const COLOURS = { caller: ["#b9cdf3", "#2456d6"], agent: ["#b5dfc6", "#15924a"] } as const;
const BAR = 3;

function drawRow(
  context: CanvasRenderingContext2D,
  values: number[],
  colours: readonly [string, string],
  box: { y: number; height: number; width: number },
  played: number,
) {
  const bars = Math.floor(box.width / BAR);
  const middle = box.y + box.height / 2;
  for (let bar = 0; bar < bars; bar += 1) {
    const from = Math.floor((bar / bars) * values.length);
    const to = Math.max(from + 1, Math.floor(((bar + 1) / bars) * values.length));
    let loudest = 0;
    for (let index = from; index < to; index += 1) loudest = Math.max(loudest, values[index] ?? 0);
    // Quiet speech stays visible: the root spreads the lower half.
    const height = Math.max(1.5, Math.sqrt(loudest) * box.height * 0.94);
    context.fillStyle = bar / bars < played ? colours[1] : colours[0];
    context.fillRect(bar * BAR, middle - height / 2, BAR - 1, height);
  }
}

interface Props {
  peaks: Peaks;
  /** 0 to 1. */
  played: number;
  onSeek: (part: number) => void;
}

/** Both sides of a call over time: the caller above, the agent below; a click goes there. */
export function Waveform({ peaks, played, onSeek }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const draw = () => {
      const context = element.getContext("2d");
      if (!context) return;
      const { clientWidth: width, clientHeight: height } = element;
      const ratio = window.devicePixelRatio || 1;
      element.width = width * ratio;
      element.height = height * ratio;
      context.scale(ratio, ratio);
      context.clearRect(0, 0, width, height);
      drawRow(context, peaks.caller, COLOURS.caller, { y: 0, height: height / 2 - 2, width }, played);
      drawRow(context, peaks.agent, COLOURS.agent, { y: height / 2 + 2, height: height / 2 - 2, width }, played);
      context.fillStyle = "#17233c";
      context.fillRect(played * width, 0, 1, height);
    };
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => observer.disconnect();
  }, [peaks, played]);
  return (
    <canvas
      ref={canvas}
      data-testid="waveform"
      style={{ width: "100%", height: 88, display: "block", cursor: "pointer" }}
      onClick={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        onSeek(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)));
      }}
    />
  );
}
