/* How the conversation of this desk sounds: shown here, and told to the switchboard when it changes. */
import { emptyWatch, GOOD, measure, type Measured, type Verdict, type Watch } from "@/lib/call-quality";
import type { PhoneState } from "@/lib/phone";
import type { Contact } from "@/lib/seat/frames";

interface Desk {
  contact: Contact | null;
  phone: PhoneState;
}

export class CallWatch {
  private watch: Watch = emptyWatch;
  private shown: Verdict = GOOD;

  constructor(
    private readonly show: (quality: Verdict) => void,
    private readonly tell: (args: Record<string, unknown>) => void,
  ) {}

  /** Another conversation, or the same on another leg: measured from its own beginning. */
  begin(): void {
    this.watch = emptyWatch;
    if (this.shown !== GOOD) this.show((this.shown = GOOD));
  }

  measured(measured: Measured, { contact, phone }: Desk): void {
    const sound = contact?.state === "talking" && !contact.held && !contact.consult;
    this.watch = measure(this.watch, measured, { sound, muted: phone.muted });
    const { verdict } = this.watch;
    if (verdict.state === this.shown.state && verdict.what === this.shown.what) return;
    this.show((this.shown = verdict));
    if (!contact || contact.state === "wrap_up") return;
    const { state, what, jitter_ms, loss_percent, rtt_ms } = verdict;
    this.tell({ contact: contact.id, state, what, jitter_ms, loss_percent, rtt_ms });
  }
}
