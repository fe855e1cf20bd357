/* A call flow as the canvas holds it, and its edits: each takes a drawing and answers a new one. */

export interface Place {
  x: number;
  y: number;
}

export interface Step extends Place {
  id: string;
  kind: string;
  /** What people call this step; empty: the kind's own name. */
  name: string;
  /** Who reached this step was served, even when nobody answered. */
  served: boolean;
  settings: Record<string, unknown>;
}

export interface Wire {
  from: string;
  exit: string;
  to: string;
}

export interface Drawing {
  start: string;
  callbackAbandoned: boolean;
  steps: Step[];
  wires: Wire[];
}

/** What the server stores. */
export interface FlowDocument {
  format: number;
  start: string;
  callback_abandoned: boolean;
  nodes: (Place & {
    id: string;
    kind: string;
    name: string;
    served: boolean;
    settings: Record<string, unknown>;
    exits: Record<string, string | null>;
  })[];
}

export function fromDocument(document: FlowDocument): Drawing {
  return {
    start: document.start,
    callbackAbandoned: document.callback_abandoned,
    steps: document.nodes.map(({ id, kind, name, served, settings, x, y }) => ({
      id,
      kind,
      name: name ?? "",
      served: served ?? false,
      settings: settings ?? {},
      x: x ?? 0,
      y: y ?? 0,
    })),
    wires: document.nodes.flatMap((node) =>
      Object.entries(node.exits ?? {}).flatMap(([exit, to]) => (to ? [{ from: node.id, exit, to }] : [])),
    ),
  };
}

export function toDocument(drawing: Drawing): FlowDocument {
  return {
    format: 1,
    start: drawing.start,
    callback_abandoned: drawing.callbackAbandoned,
    nodes: drawing.steps.map((step) => ({
      ...step,
      exits: Object.fromEntries(
        drawing.wires.filter((wire) => wire.from === step.id).map((wire) => [wire.exit, wire.to]),
      ),
    })),
  };
}

/** A step's identifier that is free in the drawing: its kind and a number, readable in logs. */
export function freeId(drawing: Drawing, kind: string): string {
  const taken = new Set(drawing.steps.map((one) => one.id));
  for (let number = 1; ; number += 1) if (!taken.has(`${kind}_${number}`)) return `${kind}_${number}`;
}

export function add(drawing: Drawing, step: Step): Drawing {
  return { ...drawing, steps: [...drawing.steps, step] };
}

/** Takes steps away with their wires; the start stays. */
export function remove(drawing: Drawing, ids: ReadonlySet<string>): Drawing {
  const gone = new Set([...ids].filter((id) => id !== drawing.start));
  if (!drawing.steps.some((one) => gone.has(one.id))) return drawing;
  return {
    ...drawing,
    steps: drawing.steps.filter((one) => !gone.has(one.id)),
    wires: drawing.wires.filter((wire) => !gone.has(wire.from) && !gone.has(wire.to)),
  };
}

/** An exit leads to one step: a new wire replaces the old one. */
export function connect(drawing: Drawing, wire: Wire): Drawing {
  const known = (id: string) => drawing.steps.some((one) => one.id === id);
  if (!known(wire.from) || !known(wire.to)) return drawing;
  const others = drawing.wires.filter((one) => one.from !== wire.from || one.exit !== wire.exit);
  return { ...drawing, wires: [...others, wire] };
}

export function disconnect(drawing: Drawing, wires: readonly Pick<Wire, "from" | "exit">[]): Drawing {
  const gone = new Set(wires.map((wire) => `${wire.from} ${wire.exit}`));
  const kept = drawing.wires.filter((wire) => !gone.has(`${wire.from} ${wire.exit}`));
  return kept.length === drawing.wires.length ? drawing : { ...drawing, wires: kept };
}

/** Changes one step. A wire from an exit that was renamed goes with it; wires from exits that are gone are taken away. */
export function change(
  drawing: Drawing,
  id: string,
  part: Partial<Pick<Step, "name" | "served" | "settings">>,
  exitsOf: (step: Step) => readonly { name: string }[],
): Drawing {
  const before = drawing.steps.find((one) => one.id === id);
  if (!before) return drawing;
  const after = { ...before, ...part };
  const [old, now] = [before, after].map((step) => exitsOf(step).map((exit) => exit.name)) as [string[], string[]];
  const renamed = new Map(
    old.length === now.length ? old.flatMap((name, place) => (now.includes(name) ? [] : [[name, now[place]]])) : [],
  ) as Map<string, string>;
  return {
    ...drawing,
    steps: drawing.steps.map((one) => (one.id === id ? after : one)),
    wires: drawing.wires.flatMap((wire) => {
      if (wire.from !== id) return [wire];
      const exit = renamed.get(wire.exit) ?? wire.exit;
      return now.includes(exit) ? [{ ...wire, exit }] : [];
    }),
  };
}

/** Variables that a call of this flow can have: its own and those that steps fill. */
export function variablesOf(drawing: Drawing, resultsOf: (service: string) => readonly string[]): string[] {
  const found = new Set(["call.number", "call.dialled", "call.hotline"]);
  for (const { kind, settings } of drawing.steps) {
    if (kind === "collect") found.add(String(settings["variable"] ?? ""));
    if (kind === "set") for (const name of Object.keys(settings["variables"] ?? {})) found.add(name);
    if (kind === "survey") {
      for (const one of (settings["questions"] as { key?: string }[] | undefined) ?? []) found.add(one.key ?? "");
    }
    if (kind === "lookup") {
      const into = String(settings["into"] ?? "");
      for (const result of resultsOf(String(settings["service"] ?? ""))) found.add(`${into}.${result}`);
    }
  }
  found.delete("");
  return [...found];
}

export function move(drawing: Drawing, places: ReadonlyMap<string, Place>): Drawing {
  const moved = drawing.steps.some((one) => {
    const place = places.get(one.id);
    return place && (place.x !== one.x || place.y !== one.y);
  });
  if (!moved) return drawing;
  return { ...drawing, steps: drawing.steps.map((one) => ({ ...one, ...(places.get(one.id) ?? {}) })) };
}

export interface Clipping {
  steps: Step[];
  wires: Wire[];
}

/** What is chosen, with the wires between. There is one start: it is not copied. */
export function copy(drawing: Drawing, ids: ReadonlySet<string>): Clipping {
  const taken = new Set([...ids].filter((id) => id !== drawing.start));
  return {
    steps: drawing.steps.filter((one) => taken.has(one.id)),
    wires: drawing.wires.filter((wire) => taken.has(wire.from) && taken.has(wire.to)),
  };
}

/** Puts copies beside their originals under identifiers of their own; answers the new identifiers, too. */
export function paste(drawing: Drawing, clipping: Clipping, away: Place): { drawing: Drawing; ids: string[] } {
  const names = new Map<string, string>();
  let next = drawing;
  for (const step of clipping.steps) {
    const id = freeId(next, step.kind);
    names.set(step.id, id);
    next = add(next, { ...structuredClone(step), id, x: step.x + away.x, y: step.y + away.y });
  }
  for (const wire of clipping.wires) {
    next = connect(next, { from: names.get(wire.from) ?? "", exit: wire.exit, to: names.get(wire.to) ?? "" });
  }
  return { drawing: next, ids: [...names.values()] };
}
