import {
  Background,
  Controls,
  MarkerType,
  MiniMap,
  ReactFlow,
  applyNodeChanges,
  useUpdateNodeInternals,
  type Connection,
  type Edge,
  type NodeChange,
} from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLanguage, useText } from "@/lib/text";
import { connect, disconnect, move, remove, type Drawing } from "@/features/flows/document";
import { kindOf } from "@/features/flows/kinds";
import { canvasWords, messages } from "@/features/flows/messages";
import { StepCard, type CardNode } from "./StepCard";
import styles from "./Canvas.module.css";

const nodeTypes = { step: StepCard };
const wireId = (from: string, exit: string) => `${from} ${exit}`;

interface Props {
  drawing: Drawing;
  onChange: (next: Drawing) => void;
  chosen: ReadonlySet<string>;
  onChoose: (ids: ReadonlySet<string>) => void;
  onOpen: (id: string) => void;
  problems: ReadonlyMap<string, "error" | "warning">;
  /** The steps of a trial, in the order they were met; the last is where it stands. */
  trace?: readonly string[];
  readOnly?: boolean;
}

/** The drawing, edited with the mouse: steps are moved, exits wired to steps, what is chosen deleted. */
export function Canvas({ drawing, onChange, chosen, onChoose, onOpen, problems, trace, readOnly }: Props) {
  const t = useText(messages);
  const { locale } = useLanguage();
  const measureAnew = useUpdateNodeInternals();
  const [wiresChosen, chooseWires] = useState<ReadonlySet<string>>(new Set());
  const [held, setHeld] = useState<CardNode[]>([]);
  const drawn = useRef<Drawing | null>(null);

  const cards = useMemo(
    () =>
      drawing.steps.map((step): CardNode => ({
        id: step.id,
        type: "step",
        position: { x: step.x, y: step.y },
        data: {
          step,
          start: drawing.start === step.id,
          problem: problems.get(step.id) ?? null,
          trace: trace?.at(-1) === step.id ? "here" : trace?.includes(step.id) ? "been" : null,
        },
        selected: chosen.has(step.id),
      })),
    [drawing, problems, trace, chosen],
  );
  // What the canvas itself found out about a card (its size) stays with it when the drawing changes.
  useEffect(() => {
    const places = drawn.current !== drawing;
    drawn.current = drawing;
    setHeld((before) => {
      const known = new Map(before.map((node) => [node.id, node]));
      return cards.map((card) => {
        const old = known.get(card.id);
        return old ? { ...old, ...card, position: places ? card.position : old.position } : card;
      });
    });
    // Steps whose exits changed have other handles.
    measureAnew(drawing.steps.map((one) => one.id));
  }, [cards, drawing, measureAnew]);

  const edges = useMemo(() => {
    const passed = new Set((trace ?? []).slice(1).map((to, place) => `${trace?.[place]} ${to}`));
    return drawing.wires.map((wire): Edge => {
      const id = wireId(wire.from, wire.exit);
      const been = passed.has(`${wire.from} ${wire.to}`);
      return {
        id,
        source: wire.from,
        sourceHandle: wire.exit,
        target: wire.to,
        targetHandle: "in",
        selected: wiresChosen.has(id),
        animated: been,
        style: { strokeWidth: been ? 2.5 : 1.6, ...(been && { stroke: "#15924a" }) },
        markerEnd: { type: MarkerType.ArrowClosed, ...(been && { color: "#15924a" }) },
      };
    });
  }, [drawing.wires, wiresChosen, trace]);

  const onNodesChange = useCallback(
    (changes: NodeChange<CardNode>[]) => {
      setHeld((before) => applyNodeChanges(changes, before));
      const choices = changes.filter((one) => one.type === "select");
      if (choices.length === 0) return;
      const next = new Set(chosen);
      for (const one of choices) {
        if (one.selected) next.add(one.id);
        else next.delete(one.id);
      }
      onChoose(next);
    },
    [chosen, onChoose],
  );
  const settle = (moved: CardNode[]) => onChange(move(drawing, new Map(moved.map((node) => [node.id, node.position]))));
  const wire = ({ source, sourceHandle, target }: Connection) =>
    onChange(connect(drawing, { from: source, exit: sourceHandle ?? "", to: target }));

  return (
    <div className={styles.canvas} data-testid="canvas">
      <ReactFlow<CardNode>
        nodes={held}
        edges={edges}
        nodeTypes={nodeTypes}
        ariaLabelConfig={canvasWords(locale)}
        onNodesChange={onNodesChange}
        onEdgesChange={(changes) =>
          chooseWires((before) => {
            const next = new Set(before);
            for (const one of changes) {
              if (one.type === "select" && one.selected) next.add(one.id);
              else if (one.type === "select" || one.type === "remove") next.delete(one.id);
            }
            return next;
          })
        }
        onNodeDragStop={(_, __, moved) => settle(moved)}
        onSelectionDragStop={(_, moved) => settle(moved)}
        onNodeClick={(_, node) => onOpen(node.id)}
        onConnect={wire}
        onReconnect={(old, next) =>
          onChange(
            connect(disconnect(drawing, [{ from: old.source, exit: old.sourceHandle ?? "" }]), {
              from: next.source,
              exit: next.sourceHandle ?? "",
              to: next.target,
            }),
          )
        }
        onBeforeDelete={({ nodes, edges: wires }) => {
          const without = disconnect(
            drawing,
            wires.map((one) => ({ from: one.source, exit: one.sourceHandle ?? "" })),
          );
          onChange(remove(without, new Set(nodes.map((one) => one.id))));
          return Promise.resolve(false);
        }}
        deleteKeyCode={readOnly ? null : ["Delete", "Backspace"]}
        multiSelectionKeyCode={["Shift", "Control", "Meta"]}
        selectionKeyCode="Shift"
        nodesDraggable={!readOnly}
        nodesConnectable={!readOnly}
        edgesReconnectable={!readOnly}
        connectionRadius={28}
        snapToGrid
        snapGrid={[10, 10]}
        minZoom={0.2}
        maxZoom={1.6}
        fitView
        fitViewOptions={{ padding: 0.12, maxZoom: 1 }}
      >
        <Background gap={20} color="#d9e1ee" />
        <Controls showInteractive={false} />
        <MiniMap<CardNode>
          pannable
          zoomable
          nodeColor={(node) => kindOf(node.data.step.kind).colour}
          ariaLabel={t("miniMap")}
          style={{ width: 150, height: 100 }}
        />
      </ReactFlow>
    </div>
  );
}
