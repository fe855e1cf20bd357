/* What travels on the desk's WebSocket (see the switchboard's desk protocol). */
import type { CallbackTask } from "@/lib/seat/callback-task";

export type AgentState =
  "signed_out" | "not_ready" | "ready" | "offered" | "dialling" | "talking" | "assisting" | "wrap_up";
export type Direction = "inbound" | "outbound";
export type When = string | number | null;

/** Until when a break may last; `what`: at a stretch, or summed over today. */
export interface BreakEnd {
  ends_at: When;
  what: "stay" | "day";
  /** Whether agent and supervisors are told at the limit. */
  warns: boolean;
}

export interface AgentFrame {
  break?: BreakEnd | null;
  id: string;
  name: string;
  number: string | null;
  state: AgentState;
  reason: string | null;
  since: When;
  phone: PhoneKind | null;
  /** The ordinary telephone from which this agent may work, masked. */
  telephone?: string | null;
}

/** The page itself, a SIP phone, or an ordinary telephone at home. */
export type PhoneKind = "browser" | "sip" | "number";

export interface PopAddress {
  id?: string;
  province: string;
  city: string;
  district: string;
  street: string;
  recipient: string;
  phone: string;
}

export interface PopCustomer {
  id: string;
  name: string | null;
  vip: boolean;
  segment: string | null;
  potential: boolean;
  potential_reason?: string | null;
  addresses: PopAddress[];
  notes: (string | { id?: string; text: string; at?: When; by?: string | null; author?: string | null })[];
}

export interface PopCall {
  id: string;
  at: When;
  outcome: string;
  agent_name: string | null;
  disposition: string | null;
  note: string | null;
}

export interface PopOrder {
  id: string;
  number: string;
  at: When;
  state: string;
  total: number;
  currency?: string;
  lines_text: string;
}

export interface Pop {
  number: string;
  number_shown?: string;
  place: string | null;
  customer: PopCustomer | null;
  calls: PopCall[];
  orders: PopOrder[];
  flags: string[];
}

export interface Offer {
  id: string;
  contact: string;
  queue: string;
  queue_name: string;
  line: string | null;
  line_name?: string | null;
  hotline: string | null;
  hotline_name?: string | null;
  number?: string;
  number_place?: string | null;
  vip?: boolean;
  waited: number;
  reason: string;
  expires_in: number;
  pop: Pop | null;
  /** Who asks for a consultation or supervises: of offers beside the main one. */
  asked_by_name?: string | null;
}

export type SupervisionMode = "listen" | "whisper" | "barge";

/** Somebody who listens, whispers or takes part beside the agent. */
export interface Supervisor {
  agent: string;
  name?: string | null;
  mode: SupervisionMode;
  state?: "ringing" | "active";
  since?: When;
}

/** A colleague or an outside number that the agent asks beside the call. */
export interface Consultation {
  state: "ringing" | "talking" | "conference";
  to_agent: string | null;
  to_name: string | null;
  to_number: string | null;
  since?: When;
}

/** This agent's own part in somebody else's call. */
export interface Party {
  contact: string;
  kind: "supervisor" | "consulted";
  mode: SupervisionMode | null;
  state: "ringing" | "talking";
  /** The router's word for it: waiting (nobody to hear at present), listening, consulting, conference… */
  part?: string;
  since: When;
  agent_name: string | null;
  number: string | null;
  queue_name?: string | null;
}

/** What a supervisor wrote to this desk. */
export interface Message {
  id?: string;
  from: string;
  from_name: string;
  text: string;
  at: When;
}

/** calling: the own phone of who calls out; dialling: the customer's. */
export type ContactStage =
  "calling" | "dialling" | "offered" | "talking" | "held" | "reconnecting" | "wrap_up" | "ended";

export interface Contact {
  id: string;
  state: ContactStage;
  direction?: Direction;
  /** What whom we called sees. */
  caller_id?: string | null;
  /** How and why it ended, in the wrap-up. */
  outcome?: string | null;
  reason?: string | null;
  number: string;
  number_place: string | null;
  hotline: string | null;
  hotline_id?: string | null;
  line: string | null;
  line_name: string | null;
  queue: string | null;
  queue_name: string | null;
  started_at: When;
  answered_at: When;
  held: boolean;
  held_at?: When;
  offer?: string | null;
  customer_id?: string | null;
  pop: Pop | null;
  wrap_up_ends_at: When;
  /** How often the wrap-up may be put off, and by how much (seconds). */
  extensions_left?: number;
  extension_s?: number;
  /** The recording keeps silence until then; null: it goes on. */
  paused_until?: When;
  /** Named only where the setting says that an agent is told. */
  supervisors?: Supervisor[];
  consult?: Consultation | null;
  help?: boolean;
}

/** How a line of a contact sounds, as the switch measures it; `side`: whose. */
export interface LineQuality {
  contact: string;
  side: "caller" | "agent";
  state: "good" | "poor" | "silent";
  jitter_ms?: number | null;
  loss_percent?: number | null;
  rtt_ms?: number | null;
}

export interface Named {
  id: string;
  name: string;
}

export interface Colleague extends Named {
  number: string | null;
  state: AgentState;
}

export interface Choice {
  /** False: set by the router itself, chosen by nobody. */
  selectable?: boolean;
  code: string;
  zh: string;
  en: string;
  line_id?: string | null;
}

export interface Welcome {
  type: "welcome";
  agent: AgentFrame;
  contact: Contact | null;
  offer: Offer | null;
  server_time: When;
  queues: Named[];
  agents: Colleague[];
  reasons: Choice[];
  dispositions: Choice[];
  party?: Party | null;
  callback?: CallbackTask | null;
}

export interface FloorAgent extends Colleague {
  reason: string | null;
  since: When;
  contact: string | null;
  help: boolean;
  /** Whether the phone is registered; null: there is none. */
  phone_ok: boolean | null;
  break?: BreakEnd | null;
  team?: string | null;
  today: { answered: number; dialled?: number; reached?: number; talked_s: number };
}

export interface FloorWaiting {
  contact: string;
  queue: string | null;
  queue_name: string | null;
  number: string;
  vip: boolean;
  since: When;
  state: "waiting" | "ringing" | (string & {});
  /** Whose phone rings. */
  agent?: string | null;
}

export interface FloorCall {
  contact: string;
  agent: string | null;
  queue?: string | null;
  queue_name: string | null;
  line_name: string | null;
  number: string;
  vip?: boolean;
  since: When;
  direction?: Direction;
  /** The number to which the caller was passed on, masked. */
  outside?: string | null;
  /** Of a call out that nobody has answered yet. */
  stage?: "calling" | "dialling" | null;
  held: boolean;
  recording_paused?: boolean;
  /** Which lines do not sound good. */
  quality?: Partial<Record<"caller" | "agent", { state: "poor" | "silent"; what: string | null }>>;
  supervisors: Supervisor[];
  consult?: Consultation | null;
}

/** The whole floor at one moment. */
export interface Floor {
  agents: FloorAgent[];
  waiting: FloorWaiting[];
  calls: FloorCall[];
  at: When;
}

export type DeskFrame =
  | Welcome
  | ({ type: "agent" } & Partial<AgentFrame>)
  | { type: "offer"; offer: Offer }
  | { type: "offer_ended"; offer: string; reason: string }
  | { type: "contact"; contact: Contact | null }
  | { type: "pop"; contact: string; pop: Pop }
  | { type: "agents"; agents: Colleague[] }
  | { type: "party"; party: Party | null }
  | ({ type: "message" } & Message)
  | ({ type: "floor" } & Floor)
  | { type: "configuration"; queues?: Named[]; reasons?: Choice[]; dispositions?: Choice[] }
  | ({ type: "quality" } & LineQuality)
  | { type: "callback"; callback: CallbackTask | null }
  | { type: "notice"; code?: string; message?: string; level?: "info" | "warning" | "error" };
