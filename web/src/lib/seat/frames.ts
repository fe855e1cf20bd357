/* What travels on the desk's WebSocket (see the switchboard's desk protocol). */

export type AgentState = "signed_out" | "not_ready" | "ready" | "offered" | "talking" | "wrap_up";
export type When = string | number | null;

export interface AgentFrame {
  id: string;
  name: string;
  number: string | null;
  state: AgentState;
  reason: string | null;
  since: When;
  phone: "browser" | "sip" | null;
}

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
}

export type ContactStage = "offered" | "talking" | "held" | "reconnecting" | "wrap_up" | "ended";

export interface Contact {
  id: string;
  state: ContactStage;
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
}

export type DeskFrame =
  | Welcome
  | ({ type: "agent" } & Partial<AgentFrame>)
  | { type: "offer"; offer: Offer }
  | { type: "offer_ended"; offer: string; reason: string }
  | { type: "contact"; contact: Contact | null }
  | { type: "pop"; contact: string; pop: Pop }
  | { type: "agents"; agents: Colleague[] }
  | { type: "configuration"; queues?: Named[]; reasons?: Choice[]; dispositions?: Choice[] }
  | { type: "notice"; code?: string; message?: string; level?: "info" | "warning" | "error" };
