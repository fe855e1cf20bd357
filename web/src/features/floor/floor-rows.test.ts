import { describe, expect, it } from "vitest";
import type { Floor, FloorAgent, FloorCall } from "@/lib/seat/frames";
import { arranged, figuresOf, rowsOf, waitingOf, type Filters } from "./floor-rows";

const agent = (id: string, more: Partial<FloorAgent> = {}): FloorAgent => ({
  id,
  name: id,
  number: id,
  state: "ready",
  reason: null,
  since: 100,
  contact: null,
  help: false,
  phone_ok: true,
  today: { answered: 0, talked_s: 0 },
  ...more,
});
const call = (contact: string, of: string, more: Partial<FloorCall> = {}): FloorCall => ({
  contact,
  agent: of,
  queue_name: "销售",
  line_name: null,
  number: "138****1234",
  since: 90,
  held: false,
  supervisors: [],
  ...more,
});
const waits = (contact: string, since: number, queue_name: string) => ({
  contact,
  since,
  queue: null,
  queue_name,
  number: `139****${contact}`,
  vip: false,
  state: "waiting",
});
const floor: Floor = {
  agents: [
    agent("1003", { state: "talking", contact: "a", today: { answered: 9, talked_s: 5 } }),
    agent("1001", { today: { answered: 11, talked_s: 5 } }),
    agent("1002", { state: "talking", contact: "b", since: 50 }),
    agent("1004", { state: "signed_out" }),
  ],
  calls: [
    call("a", "1003", { supervisors: [{ agent: "me", mode: "whisper" }] }),
    call("b", "1002", { queue_name: "VIP" }),
  ],
  waiting: [waits("0002", 80, "销售"), waits("0001", 60, "VIP")],
  at: 120,
};
const all: Filters = { states: [], queue: null, text: "" };
const ids = (found: { id: string }[]) => found.map(({ id }) => id);

describe("the floor", () => {
  it("joins each agent with the call in hand and with our own part in it", () => {
    const rows = rowsOf(floor, "me");
    expect(rows[0]?.call?.contact).toBe("a");
    expect(rows[0]?.mine?.mode).toBe("whisper");
    expect(rows[1]?.call).toBeNull();
    expect(rows[2]?.mine).toBeNull();
  });

  it("sorts by number as numbers and by state in the order of the work", () => {
    const rows = rowsOf(floor, "me");
    expect(ids(arranged(rows, all, { key: "answered", down: true }))).toEqual(["1001", "1003", "1002", "1004"]);
    expect(ids(arranged(rows, all, { key: "state", down: false }))).toEqual(["1001", "1002", "1003", "1004"]);
  });

  it("filters by state, queue and words of the call", () => {
    const rows = rowsOf(floor, "me");
    const by = { key: "name", down: false } as const;
    expect(ids(arranged(rows, { ...all, states: ["talking"] }, by))).toEqual(["1002", "1003"]);
    expect(ids(arranged(rows, { ...all, queue: "VIP" }, by))).toEqual(["1002"]);
    expect(ids(arranged(rows, { ...all, text: "1234" }, by))).toEqual(["1002", "1003"]);
  });

  it("keeps whoever asks for help in sight, first, whatever the filters say", () => {
    const asking = { ...floor, agents: floor.agents.map((one) => ({ ...one, help: one.id === "1003" })) };
    const rows = arranged(rowsOf(asking, "me"), { ...all, states: ["ready"] }, { key: "name", down: false });
    expect(ids(rows)).toEqual(["1003", "1001"]);
  });

  it("counts the floor, and finds who waits longest", () => {
    const figures = figuresOf(floor);
    expect(figures.states).toMatchObject({ ready: 1, talking: 2, signed_out: 1, wrap_up: 0 });
    expect(figures.waitingSince).toBe(60_000);
    expect(waitingOf(floor, all).map(({ contact }) => contact)).toEqual(["0001", "0002"]);
    expect(waitingOf(floor, { ...all, queue: "销售" }).map(({ contact }) => contact)).toEqual(["0002"]);
  });
});
