import { Tag } from "antd";
import { useText } from "@/lib/text";
import { useNow } from "@/lib/use-now";
import type { Draw } from "@/features/draws/api/draws";
import { messages } from "@/features/draws/messages";

const colours: Record<string, string> = {
  open: "blue",
  over: "orange",
  soon: "cyan",
  closed: "purple",
  drawn: "green",
};

/** Where a draw stands; an open one also by its time. */
export function DrawState({ draw }: { draw: Draw }) {
  const t = useText(messages);
  const now = useNow();
  const shown =
    draw.state !== "open"
      ? draw.state
      : now < Date.parse(draw.opens_at)
        ? "soon"
        : now >= Date.parse(draw.closes_at)
          ? "over"
          : "open";
  return (
    <Tag color={colours[shown] ?? "default"} data-testid="draw-state">
      {t(`state_${shown}` as "state_open")}
    </Tag>
  );
}
