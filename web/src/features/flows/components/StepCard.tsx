import { Handle, Position, type Node, type NodeProps } from "@xyflow/react";
import { ExclamationCircleFilled, FlagFilled, WarningFilled } from "@ant-design/icons";
import { memo } from "react";
import { useLanguage, fill, useText } from "@/lib/text";
import type { Step } from "@/features/flows/document";
import { useExits, useSummary } from "@/features/flows/choices";
import { kindOf } from "@/features/flows/kinds";
import { messages } from "@/features/flows/messages";
import styles from "./Canvas.module.css";

export interface CardData extends Record<string, unknown> {
  step: Step;
  start: boolean;
  problem: "error" | "warning" | null;
  /** Where a trial stands: here now, or been here. */
  trace: "here" | "been" | null;
}

export type CardNode = Node<CardData, "step">;

/** One step on the canvas: what it is, what it does in a line, and a handle for every way out of it. */
export const StepCard = memo(function StepCard({ data, selected }: NodeProps<CardNode>) {
  const { step, start, problem, trace } = data;
  const t = useText(messages);
  const { locale } = useLanguage();
  const kind = kindOf(step.kind);
  const summary = useSummary()(step);
  const exits = useExits()(step);
  const label = fill(kind.label, locale);
  const classes = [styles.card, selected && styles.chosen, problem && styles[problem], trace && styles[trace]];
  return (
    <div className={classes.filter(Boolean).join(" ")} data-testid={`step-${step.id}`} data-kind={step.kind}>
      {!start && <Handle type="target" position={Position.Left} id="in" className={styles.in ?? ""} />}
      <div className={styles.head}>
        <span className={styles.icon} style={{ background: kind.colour }}>
          {kind.icon}
        </span>
        <span className={styles.title}>
          <b>{step.name || label}</b>
          {step.name && step.name !== label && <span className={styles.kind}>{label}</span>}
        </span>
        {start && <FlagFilled className={styles.flag} title={t("startsHere")} />}
        {problem === "error" && <ExclamationCircleFilled style={{ color: "#d1313d" }} />}
        {problem === "warning" && <WarningFilled style={{ color: "#c9730a" }} />}
      </div>
      {summary && <div className={styles.summary}>{summary}</div>}
      {exits.map((exit) => (
        <div key={exit.name} className={styles.exit}>
          <span>{fill(exit.label, locale)}</span>
          <Handle
            type="source"
            position={Position.Right}
            id={exit.name}
            className={styles.out ?? ""}
            data-testid={`exit-${step.id}-${exit.name}`}
          />
        </div>
      ))}
    </div>
  );
});
