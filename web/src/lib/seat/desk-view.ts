/* What the desk shows, and what it needs of the page around it. */
import type { Verdict } from "@/lib/call-quality";
import type { MicrophoneFault } from "@/lib/microphone";
import type { PhoneCredentials, PhoneState } from "@/lib/phone";
import type { DeskState } from "./desk-state";

export interface SipAccount extends PhoneCredentials {
  port?: number;
}

export interface DeskView extends DeskState {
  phone: PhoneState;
  /** The account to enter into a SIP phone, after taking the seat with one. */
  sipAccount: SipAccount | null;
  fault: MicrophoneFault | "lost" | null;
  /** The offer whose answer is under way. */
  answering: string | null;
  audible: boolean;
  /** How the conversation sounds here, as this page measures it. */
  quality: Verdict;
}

export interface Surroundings {
  fetchToken: () => Promise<string>;
  socketUrl: string;
  speaker: () => HTMLAudioElement;
  onNotice: (message: string, level: "info" | "warning" | "error") => void;
  words: (key: "deadline" | "phoneNotReady" | "incoming") => string;
}
