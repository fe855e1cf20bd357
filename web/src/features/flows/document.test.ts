import { describe, expect, it } from "vitest";
import { compare } from "./compare";
import {
  add,
  change,
  connect,
  copy,
  disconnect,
  freeId,
  fromDocument,
  move,
  paste,
  remove,
  toDocument,
  variablesOf,
  type Drawing,
  type Step,
} from "./document";
import { exitsOf } from "./exits";
import { begin, redo, step as take, undo } from "./history";
import { arrange, isCrowded } from "./layout";

const step = (id: string, kind: string, settings: Record<string, unknown> = {}): Step => ({
  id,
  kind,
  name: "",
  served: false,
  settings,
  x: 0,
  y: 0,
});
const exits = (one: Step) => exitsOf(one, []);

function drawn(): Drawing {
  let drawing: Drawing = { start: "start_1", callbackAbandoned: true, steps: [step("start_1", "start")], wires: [] };
  drawing = add(drawing, step("menu_1", "menu", { keys: ["1", "2"] }));
  drawing = add(drawing, step("queue_1", "queue", { queue: "q" }));
  drawing = connect(drawing, { from: "start_1", exit: "next", to: "menu_1" });
  drawing = connect(drawing, { from: "menu_1", exit: "1", to: "queue_1" });
  return drawing;
}

describe("the drawing", () => {
  it("comes back from what is stored", () => {
    const drawing = drawn();
    expect(fromDocument(toDocument(drawing))).toEqual(drawing);
    expect(toDocument(drawing).nodes[1]?.exits).toEqual({ "1": "queue_1" });
  });

  it("gives an exit one way only", () => {
    const drawing = connect(drawn(), { from: "menu_1", exit: "1", to: "menu_1" });
    expect(drawing.wires.filter((wire) => wire.from === "menu_1")).toEqual([
      { from: "menu_1", exit: "1", to: "menu_1" },
    ]);
    expect(connect(drawing, { from: "menu_1", exit: "1", to: "nobody" })).toBe(drawing);
  });

  it("loses the wires of what is removed, and never its start", () => {
    const drawing = remove(drawn(), new Set(["start_1", "queue_1"]));
    expect(drawing.steps.map((one) => one.id)).toEqual(["start_1", "menu_1"]);
    expect(drawing.wires).toEqual([{ from: "start_1", exit: "next", to: "menu_1" }]);
    expect(remove(drawing, new Set(["start_1"]))).toBe(drawing);
    expect(disconnect(drawing, [{ from: "start_1", exit: "next" }]).wires).toEqual([]);
  });

  it("takes wires away with the key they hung on, and keeps those of a renamed case", () => {
    const without = change(drawn(), "menu_1", { settings: { keys: ["2"] } }, exits);
    expect(without.wires.map((wire) => wire.exit)).toEqual(["next"]);
    let branch = add(drawn(), step("branch_1", "branch", { cases: [{ exit: "a" }, { exit: "b" }] }));
    branch = connect(branch, { from: "branch_1", exit: "a", to: "queue_1" });
    const renamed = change(branch, "branch_1", { settings: { cases: [{ exit: "new" }, { exit: "b" }] } }, exits);
    expect(renamed.wires.at(-1)).toEqual({ from: "branch_1", exit: "new", to: "queue_1" });
  });

  it("pastes copies with the wires between them, and no second start", () => {
    const drawing = drawn();
    const clipping = copy(drawing, new Set(["start_1", "menu_1", "queue_1"]));
    const pasted = paste(drawing, clipping, { x: 40, y: 40 });
    expect(pasted.ids).toEqual(["menu_2", "queue_2"]);
    expect(pasted.drawing.wires.at(-1)).toEqual({ from: "menu_2", exit: "1", to: "queue_2" });
    expect(pasted.drawing.steps.filter((one) => one.kind === "start")).toHaveLength(1);
    expect(freeId(pasted.drawing, "menu")).toBe("menu_3");
  });

  it("knows the variables that its steps fill", () => {
    let drawing = add(drawn(), step("collect_1", "collect", { variable: "ticket" }));
    drawing = add(drawing, step("lookup_1", "lookup", { service: "order_status", into: "order" }));
    const found = variablesOf(drawing, (service) => (service === "order_status" ? ["number", "state"] : []));
    expect(found).toEqual(["call.number", "call.dialled", "call.hotline", "ticket", "order.number", "order.state"]);
  });
});

describe("undo and redo", () => {
  it("goes back and forth, and forgets what was undone after a new change", () => {
    let history = begin(1);
    history = take(take(history, 2), 3);
    history = undo(undo(undo(history)));
    expect(history.present).toBe(1);
    history = redo(history);
    expect(history.present).toBe(2);
    history = take(history, 9);
    expect(redo(history).present).toBe(9);
  });

  it("takes typing into one field as one step", () => {
    let history = begin("");
    for (const text of ["m", "me", "men"]) history = take(history, text, "name");
    expect(undo(history).present).toBe("");
    expect(take(history, history.present)).toBe(history);
  });
});

describe("comparing versions", () => {
  it("tells what changed, and not where it stands", () => {
    const before = drawn();
    const moved = move(before, new Map([["menu_1", { x: 300, y: 50 }]]));
    expect(compare(before, moved)).toEqual([]);
    let after = change(moved, "queue_1", { settings: { queue: "other" } }, exits);
    after = change(after, "menu_1", { name: "Main" }, exits);
    after = connect(after, { from: "menu_1", exit: "2", to: "queue_1" });
    after = add(after, step("hang_up_1", "hang_up"));
    expect(compare(before, after).map((one) => one.what)).toEqual(["renamed", "rewired", "settings", "added"]);
    expect(compare(after, before).map((one) => one.what)).toContain("removed");
  });

  it("does not mind the order in which settings were written", () => {
    const one = add(drawn(), step("set_1", "set", { priority: 1, skill: "a" }));
    const other = add(drawn(), step("set_1", "set", { skill: "a", priority: 1 }));
    expect(compare(one, other)).toEqual([]);
  });
});

describe("arranging", () => {
  it("runs from left to right without putting steps on each other", () => {
    let drawing = drawn();
    drawing = add(drawing, step("hang_up_1", "hang_up"));
    drawing = connect(drawing, { from: "menu_1", exit: "2", to: "hang_up_1" });
    drawing = connect(drawing, { from: "queue_1", exit: "timeout", to: "menu_1" });
    drawing = add(drawing, step("prompt_1", "prompt"));
    const size = { width: 216, height: 100 };
    const places = arrange(
      drawing,
      () => size,
      (id) => exits(drawing.steps.find((one) => one.id === id) as Step).map((one) => one.name),
    );
    const at = (id: string) => places.get(id) as { x: number; y: number };
    expect(at("start_1").x).toBeLessThan(at("menu_1").x);
    expect(at("menu_1").x).toBeLessThan(at("queue_1").x);
    expect(isCrowded(drawing, () => size)).toBe(true);
    expect(isCrowded(move(drawing, places), () => size)).toBe(false);
    const all = [...places.values()];
    for (const [place, one] of all.entries()) {
      for (const other of all.slice(place + 1)) {
        const apart = Math.abs(one.x - other.x) >= size.width || Math.abs(one.y - other.y) >= size.height;
        expect(apart).toBe(true);
      }
    }
  });
});
