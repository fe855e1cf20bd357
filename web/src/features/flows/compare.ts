/* What changed between two versions of a flow. */
import type { Drawing, Step } from "./document";

export type Change =
  | { what: "added" | "removed"; step: Step }
  | { what: "renamed"; step: Step; before: string }
  | { what: "settings"; step: Step; names: string[] }
  | { what: "rewired"; step: Step; exit: string; before: string | null; after: string | null }
  | { what: "flow"; name: "callback_abandoned"; after: boolean };

const same = (one: unknown, other: unknown): boolean => stable(one) === stable(other);

/** JSON with sorted names: the order in which names were written is no difference. */
function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join()}]`;
  if (value !== null && typeof value === "object") {
    const pairs = Object.entries(value as Record<string, unknown>).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${pairs.map(([name, part]) => `${JSON.stringify(name)}:${stable(part)}`).join()}}`;
  }
  return JSON.stringify(value) ?? "null";
}

const wiresOf = (drawing: Drawing, id: string) =>
  new Map(drawing.wires.filter((wire) => wire.from === id).map((wire) => [wire.exit, wire.to]));

/** The changes from one drawing to another. Where steps stand on the canvas is no change of the flow. */
export function compare(before: Drawing, after: Drawing): Change[] {
  const changes: Change[] = [];
  if (before.callbackAbandoned !== after.callbackAbandoned) {
    changes.push({ what: "flow", name: "callback_abandoned", after: after.callbackAbandoned });
  }
  const old = new Map(before.steps.map((step) => [step.id, step]));
  for (const step of after.steps) {
    const was = old.get(step.id);
    old.delete(step.id);
    if (!was || was.kind !== step.kind) {
      if (was) changes.push({ what: "removed", step: was });
      changes.push({ what: "added", step });
    } else {
      if (was.name !== step.name) changes.push({ what: "renamed", step, before: was.name });
      const names = new Set([...Object.keys(was.settings), ...Object.keys(step.settings)]);
      const changed = [...names].filter((name) => !same(was.settings[name] ?? null, step.settings[name] ?? null));
      if (was.served !== step.served) changed.push("served");
      if (changed.length) changes.push({ what: "settings", step, names: changed });
    }
    const wired = wiresOf(before, step.id);
    const now = wiresOf(after, step.id);
    if (!was) continue;
    for (const exit of new Set([...wired.keys(), ...now.keys()])) {
      const [from, to] = [wired.get(exit) ?? null, now.get(exit) ?? null];
      if (from !== to) changes.push({ what: "rewired", step, exit, before: from, after: to });
    }
  }
  for (const step of old.values()) changes.push({ what: "removed", step });
  return changes;
}
