import { Graph, layout } from "@dagrejs/dagre";
import type { Drawing, Place } from "./document";

export interface Size {
  width: number;
  height: number;
}

const GRID = 10;
const round = (value: number) => Math.round(value / GRID) * GRID;

/** Places for every step: calls run from left to right, and exits keep the order in which their step shows them. */
export function arrange(
  drawing: Drawing,
  sizeOf: (id: string) => Size,
  exitsOf: (id: string) => readonly string[],
): Map<string, Place> {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", ranksep: 70, nodesep: 30, marginx: 20, marginy: 20 });
  graph.setDefaultEdgeLabel(() => ({}));
  // The start first, then by the order of the exits: the layout keeps that order where it can.
  const seen = new Set<string>();
  const waiting = [drawing.start];
  const leads = new Map<string, string>(drawing.wires.map((wire) => [`${wire.from} ${wire.exit}`, wire.to]));
  for (const rest of [null, ...drawing.steps]) {
    if (rest && !seen.has(rest.id)) waiting.push(rest.id);
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      if (seen.has(id) || !drawing.steps.some((one) => one.id === id)) continue;
      seen.add(id);
      graph.setNode(id, { ...sizeOf(id) });
      for (const exit of exitsOf(id)) {
        const to = leads.get(`${id} ${exit}`);
        if (to !== undefined) waiting.push(to);
      }
    }
  }
  for (const wire of drawing.wires) graph.setEdge(wire.from, wire.to, {}, wire.exit);
  layout(graph);
  return new Map(
    drawing.steps.map((step) => {
      const found = graph.node(step.id) as Size & Place;
      return [step.id, { x: round(found.x - found.width / 2), y: round(found.y - found.height / 2) }];
    }),
  );
}

/** Whether steps lie on each other, as in a flow that nobody has laid out yet. */
export function isCrowded(drawing: Drawing, sizeOf: (id: string) => Size): boolean {
  const boxes = drawing.steps.map((step) => ({ ...step, ...sizeOf(step.id) }));
  return boxes.some((one, place) =>
    boxes
      .slice(place + 1)
      .some(
        (other) =>
          one.x < other.x + other.width &&
          other.x < one.x + one.width &&
          one.y < other.y + other.height &&
          other.y < one.y + one.height,
      ),
  );
}
