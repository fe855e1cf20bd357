/* The floor as rows: pure functions from a frame to what the page shows. */
import { moment } from "@/lib/time";
import type { AgentState, Floor, FloorAgent, FloorCall, FloorWaiting, Supervisor } from "@/lib/seat/frames";

export interface Row extends FloorAgent {
  call: FloorCall | null;
  /** Our own part in this agent's call. */
  mine: Supervisor | null;
}

export interface Filters {
  states: AgentState[];
  queue: string | null;
  text: string;
}

export type SortKey = "name" | "state" | "time" | "caller" | "queue" | "answered" | "talked";
export interface Sorting {
  key: SortKey;
  down: boolean;
}

export const STATES: AgentState[] = [
  "ready",
  "offered",
  "dialling",
  "talking",
  "assisting",
  "wrap_up",
  "not_ready",
  "signed_out",
];

/** Each agent with the call in hand. */
export function rowsOf(floor: Floor, me: string): Row[] {
  const calls = new Map(floor.calls.flatMap((call) => (call.agent ? [[call.agent, call]] : [])));
  const ringing = new Map(floor.waiting.flatMap((one) => (one.agent ? [[one.agent, one.contact]] : [])));
  return floor.agents.map((agent) => {
    const call = calls.get(agent.id) ?? null;
    const contact = agent.contact ?? ringing.get(agent.id) ?? null;
    return { ...agent, contact, call, mine: call?.supervisors.find((one) => one.agent === me) ?? null };
  });
}

function fits(row: Row, { states, queue, text }: Filters): boolean {
  if (states.length > 0 && !states.includes(row.state)) return false;
  if (queue && row.call?.queue_name !== queue) return false;
  const wanted = text.trim().toLowerCase();
  if (!wanted) return true;
  return [row.name, row.number, row.team, row.call?.number, row.call?.queue_name, row.call?.line_name].some((word) =>
    word?.toLowerCase().includes(wanted),
  );
}

const value: Record<SortKey, (row: Row) => string | number> = {
  name: (row) => row.number ?? row.name,
  state: (row) => STATES.indexOf(row.state),
  time: (row) => moment(row.since) ?? 0,
  caller: (row) => row.call?.number ?? "~",
  queue: (row) => row.call?.queue_name ?? "~",
  answered: (row) => row.today.answered,
  talked: (row) => row.today.talked_s,
};

/** The rows that fit, sorted; whoever asks for help stands first, whatever the filters say. */
export function arranged(rows: Row[], filters: Filters, { key, down }: Sorting): Row[] {
  const by = value[key];
  const compare = (a: Row, b: Row) => {
    if (a.help !== b.help) return a.help ? -1 : 1;
    const [one, other] = [by(a), by(b)];
    const order =
      typeof one === "number" && typeof other === "number" ? one - other : String(one).localeCompare(String(other));
    return (down ? -order : order) || (a.number ?? "").localeCompare(b.number ?? "") || a.name.localeCompare(b.name);
  };
  return rows.filter((row) => row.help || fits(row, filters)).sort(compare);
}

/** Waiting calls that fit, the longest wait first. */
export function waitingOf(floor: Floor, { queue, text }: Filters): FloorWaiting[] {
  const wanted = text.trim().toLowerCase();
  return floor.waiting
    .filter((one) => !queue || one.queue_name === queue)
    .filter((one) => !wanted || [one.number, one.queue_name].some((word) => word?.toLowerCase().includes(wanted)))
    .sort((a, b) => (moment(a.since) ?? 0) - (moment(b.since) ?? 0));
}

export interface Figures {
  states: Record<AgentState, number>;
  waiting: number;
  /** Since when the longest-waiting caller waits, milliseconds; null: nobody does. */
  waitingSince: number | null;
  help: number;
}

export function figuresOf(floor: Floor): Figures {
  const states = Object.fromEntries(STATES.map((state) => [state, 0])) as Record<AgentState, number>;
  for (const { state } of floor.agents) states[state] += 1;
  const since = floor.waiting.flatMap((one) => moment(one.since) ?? []);
  return {
    states,
    waiting: floor.waiting.length,
    waitingSince: since.length > 0 ? Math.min(...since) : null,
    help: floor.agents.filter(({ help }) => help).length,
  };
}

/** The names of all queues that have a call now or that are known. */
export function queueNames(floor: Floor, known: { name: string }[]): string[] {
  const here = [...floor.waiting, ...floor.calls].flatMap(({ queue_name }) => queue_name ?? []);
  return [...new Set([...known.map(({ name }) => name), ...here])].sort((a, b) => a.localeCompare(b, "zh-CN"));
}
