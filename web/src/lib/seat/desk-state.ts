/* The desk as one value, and how each frame changes it. No I/O: the page only shows what the switchboard says. */
import type { SocketStatus } from "@/lib/desk-socket";
import { moment } from "@/lib/time";
import type { CallbackTask } from "@/lib/seat/callback-task";
import type {
  AgentFrame,
  Choice,
  Colleague,
  Contact,
  DeskFrame,
  Floor,
  Message,
  Named,
  Offer,
  Party,
  Pop,
} from "@/lib/seat/frames";

/** Whether an agent's calls ring in the page; without a seat they will. */
export function rungInPage(agent: AgentFrame | null): boolean {
  return agent?.phone !== "sip" && agent?.phone !== "number";
}

export interface DeskState {
  socket: SocketStatus;
  /** False until the first welcome: nothing is known yet. */
  loaded: boolean;
  agent: AgentFrame | null;
  offer: (Offer & { receivedAt: number }) | null;
  contact: Contact | null;
  queues: Named[];
  agents: Colleague[];
  reasons: Choice[];
  dispositions: Choice[];
  /** Server clock minus ours, in milliseconds. */
  clockOffset: number;
  /** Pops that came before their offer or contact. */
  earlyPop: { contact: string; pop: Pop } | null;
  /** Our own part in somebody else's call: supervising it, or being consulted. */
  party: Party | null;
  /** What supervisors wrote and nobody has read here yet. */
  messages: Message[];
  /** The whole floor, while a page follows it. */
  floor: Floor | null;
  /** How the lines of the contact sound by the switch's figures. */
  lines: { contact: string | null; caller: LineState; agent: LineState };
  /** Somebody to call back, offered to this agent. */
  callback: (CallbackTask & { receivedAt: number }) | null;
}

export type LineState = "good" | "poor" | "silent";
const NO_LINES = { contact: null, caller: "good", agent: "good" } as const;

export const emptyDesk: DeskState = {
  socket: "connecting",
  loaded: false,
  agent: null,
  offer: null,
  contact: null,
  queues: [],
  agents: [],
  reasons: [],
  dispositions: [],
  clockOffset: 0,
  earlyPop: null,
  party: null,
  messages: [],
  floor: null,
  lines: NO_LINES,
  callback: null,
};

const OWN_DOING = new Set(["reconnect", "supervise", "take_over", "pickup", "outbound"]);
const BESIDE = new Set(["supervise", "take_over", "consult"]);

/** An offer that nobody has to decide about: the own call coming back, or a call the supervisor asked for. */
export function answersItself(offer: Pick<Offer, "reason"> | null): boolean {
  return offer !== null && OWN_DOING.has(offer.reason);
}

/** Another conversation, or the same on another leg of the phone. */
export function isAnother(now: Contact | null, before: Contact | null): boolean {
  return now?.id !== before?.id || now?.offer !== before?.offer;
}

/** What this page's phone still holds though the switchboard has the caller waiting for it: after a broken line that is
 * no conversation any more. null: nothing of the kind. */
export function deadLeg({ contact, agent, offer }: DeskState, talking: string | null): string | null {
  const waits = contact?.state === "reconnecting" && agent?.phone === "browser";
  return waits && talking !== offer?.id ? talking : null;
}

/** A leg beside somebody else's call: it is no conversation of this desk, and lasts without one. */
export function isBeside(offer: Pick<Offer, "reason"> | null): boolean {
  return offer !== null && BESIDE.has(offer.reason);
}

/** A call that is brought back to the same agent's phone after a reload is not a new offer to decide on. */
export function isReturn(offer: Pick<Offer, "reason"> | null): boolean {
  return offer?.reason === "reconnect";
}

function withPop<T extends { pop: Pop | null }>(holder: T, contact: string, state: DeskState, before: Pop | null): T {
  if (holder.pop) return holder;
  const early = state.earlyPop?.contact === contact ? state.earlyPop.pop : null;
  return { ...holder, pop: early ?? before };
}

function onContact(state: DeskState, contact: Contact | null): DeskState {
  if (!contact || contact.state === "ended") return { ...state, contact: null };
  const same = state.contact?.id === contact.id ? state.contact.pop : null;
  // what was changed at this desk during the call (a caller kept as a customer) is newer than the pop of the offer
  if (same) return { ...state, contact: { ...contact, pop: same } };
  const offered = state.offer?.contact === contact.id ? state.offer.pop : null;
  return { ...state, contact: withPop(contact, contact.id, state, offered) };
}

function onPop(state: DeskState, contact: string, pop: Pop): DeskState {
  return {
    ...state,
    earlyPop: { contact, pop },
    offer: state.offer?.contact === contact ? { ...state.offer, pop } : state.offer,
    contact: state.contact?.id === contact ? { ...state.contact, pop } : state.contact,
  };
}

/** The next state after a frame that came at `now` (our clock, milliseconds). Unknown frames change nothing. */
export function reduce(state: DeskState, frame: DeskFrame, now: number): DeskState {
  switch (frame.type) {
    case "welcome": {
      const at = moment(frame.server_time);
      const fresh: DeskState = {
        ...state,
        loaded: true,
        agent: frame.agent,
        offer: frame.offer ? { ...frame.offer, receivedAt: now } : null,
        queues: frame.queues,
        agents: frame.agents,
        reasons: frame.reasons,
        dispositions: frame.dispositions,
        clockOffset: at === null ? 0 : at - now,
        party: frame.party ?? null,
        callback: frame.callback ? { ...frame.callback, receivedAt: now } : null,
      };
      // While the line was broken pops may have been sent that this page did not get: the switchboard's is the newer one.
      return onContact(frame.contact?.pop ? { ...fresh, contact: null } : fresh, frame.contact);
    }
    case "agent": {
      if (!state.agent) return state;
      const change: Record<string, unknown> = { ...frame };
      delete change["type"];
      return { ...state, agent: { ...state.agent, ...change } };
    }
    case "offer":
      return { ...state, offer: { ...withPop(frame.offer, frame.offer.contact, state, null), receivedAt: now } };
    case "offer_ended":
      return state.offer?.id === frame.offer ? { ...state, offer: null } : state;
    case "contact": {
      const next = onContact(state, frame.contact);
      // The offer has become this conversation.
      return next.offer &&
        next.contact &&
        next.offer.contact === next.contact.id &&
        next.contact.state !== "offered" &&
        next.contact.state !== "calling" &&
        !isReturn(next.offer)
        ? { ...next, offer: null }
        : next;
    }
    case "pop":
      return onPop(state, frame.contact, frame.pop);
    case "agents":
      return { ...state, agents: frame.agents };
    case "party":
      return { ...state, party: frame.party };
    case "message": {
      const { from, from_name, text, at } = frame;
      const id = frame.id ?? `${from}-${String(at)}-${text}`;
      if (state.messages.some((one) => one.id === id)) return state;
      return { ...state, messages: [...state.messages, { id, from, from_name, text, at }] };
    }
    case "floor": {
      const { agents, waiting, calls, at } = frame;
      return { ...state, floor: { agents, waiting, calls, at } };
    }
    case "quality": {
      const { contact, side, state: sounds } = frame;
      return {
        ...state,
        lines: { ...(state.lines.contact === contact ? state.lines : NO_LINES), contact, [side]: sounds },
      };
    }
    case "callback":
      return { ...state, callback: frame.callback && { ...frame.callback, receivedAt: now } };
    case "configuration":
      return {
        ...state,
        queues: frame.queues ?? state.queues,
        reasons: frame.reasons ?? state.reasons,
        dispositions: frame.dispositions ?? state.dispositions,
      };
    default:
      return state;
  }
}
