/* The phone of a seat in the page: its microphone and its registration. It never gives a conversation up because a
 * registration failed: the audio does not go by the SIP connection. */
import { MicrophoneError, openMicrophone, type MicrophoneFault } from "@/lib/microphone";
import type { Measured } from "@/lib/call-quality";
import { BrowserPhone, type PhoneCredentials, type PhoneState } from "@/lib/phone";

export const PHONE_OFF: PhoneState = { status: "off", ringing: null, talking: null, muted: false };

export interface SeatPhoneOptions {
  speaker: () => HTMLAudioElement;
  onState: (phone: PhoneState) => void;
  onFault: (fault: MicrophoneFault | "lost" | null) => void;
  /** Registered (again), and no call rings or stands on this phone. */
  onFree: () => void;
  onRegistered: () => void;
  /** The password is not the present one: the seat must be taken again. */
  onRefused: () => void;
  /** Refused again and again: another window or machine has taken the phone. */
  onTaken: () => void;
  onMeasured?: (measured: Measured) => void;
}

const AGAIN_MS = 3_000;
/** After so many refusals in a row do not fight for the phone. */
const REFUSALS = 4;

export class SeatPhone {
  private phone: BrowserPhone | null = null;
  private life: object | null = null;
  private microphone: MediaStream | null = null;
  private refusals = 0;

  constructor(private readonly options: SeatPhoneOptions) {}

  get isThere(): boolean {
    return this.phone !== null;
  }

  /** Opens the microphone unless it is open. Raises MicrophoneError, and tells the fault. */
  async ensureMicrophone(): Promise<void> {
    if (this.microphone?.getAudioTracks().some((track) => track.readyState === "live")) return;
    try {
      this.microphone = await openMicrophone();
    } catch (error) {
      if (error instanceof MicrophoneError) this.options.onFault(error.fault);
      throw error;
    }
    for (const track of this.microphone.getAudioTracks()) {
      track.addEventListener("ended", () => this.options.onFault("lost"));
    }
    this.options.onFault(null);
  }

  start(credentials: PhoneCredentials): void {
    this.leave(false);
    // What an earlier phone still says is not meant for the present one.
    const life = {};
    this.life = life;
    this.phone = new BrowserPhone({
      credentials: { ...credentials, websocket: credentials.websocket || "/sip" },
      microphone: () => this.microphone ?? new MediaStream(),
      speaker: this.options.speaker(),
      onState: (state) => this.life === life && this.options.onState(state),
      onRegistered: (busy) => {
        this.refusals = 0;
        this.options.onRegistered();
        if (!busy) this.options.onFree();
      },
      onMeasured: (measured) => this.life === life && this.options.onMeasured?.(measured),
      // Its sound is lost for good: the switchboard rings this phone anew, and the caller hears music meanwhile.
      onCut: (offer) => this.life === life && this.ringAnew(offer),
      onFailure: (refused, busy) => this.life === life && this.failed(life, refused, busy),
    });
  }

  /** Puts the phone down; with `closeMicrophone` also gives the microphone back. */
  leave(closeMicrophone: boolean): void {
    this.life = null;
    this.phone?.stop();
    this.phone = null;
    if (!closeMicrophone) return;
    this.microphone?.getTracks().forEach((track) => track.stop());
    this.microphone = null;
    this.options.onState(PHONE_OFF);
  }

  answer(offer: string): void {
    this.phone?.answer(offer);
  }

  end(offer: string): void {
    this.phone?.end(offer);
  }

  endOthers(offers: readonly string[]): void {
    this.phone?.endOthers(offers);
  }

  mute(muted: boolean): void {
    this.phone?.mute(muted);
  }

  /** Puts down a dead conversation and lets the switchboard ring this phone again. */
  ringAnew(offer: string): void {
    this.phone?.end(offer);
    this.options.onFree();
  }

  private failed(life: object, refused: boolean, busy: boolean): void {
    if (!refused || busy) {
      setTimeout(() => this.life === life && this.phone?.register(), AGAIN_MS);
      return;
    }
    this.leave(false);
    this.refusals += 1;
    if (this.refusals > REFUSALS) this.options.onTaken();
    else setTimeout(() => this.phone === null && this.options.onRefused(), AGAIN_MS);
  }
}
