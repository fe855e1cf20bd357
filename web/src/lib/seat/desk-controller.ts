/* The desk outside of React: the socket, the phone in the page, the ring. The switchboard decides; this carries out. */
import { GOOD } from "@/lib/call-quality";
import { Attention } from "@/lib/attention";
import { CommandError, DeskSocket, type Frame } from "@/lib/desk-socket";
import { MicrophoneError } from "@/lib/microphone";
import { Ringer } from "@/lib/ringer";
import type { DeskFrame, PhoneKind, Pop } from "@/lib/seat/frames";
import { CallWatch } from "./call-watch";
import type { DeskView, SipAccount, Surroundings } from "./desk-view";
import { answersItself, deadLeg, isAnother, emptyDesk, isBeside, reduce, rungInPage } from "./desk-state";
import { keepUnread, unread } from "./unread";
import { PHONE_OFF, SeatPhone } from "./seat-phone";

export type { DeskView } from "./desk-view";

/** Whom to call: a number, or whose number. */
export type CallTarget =
  { number: string } | { customer: string } | { customer_number: string } | { order: string } | { contact: string };

const SEAT_AGAIN_MS = 3_000;
const PHONE_PATIENCE_MS = 10_000;

export class DeskController {
  private view: DeskView = {
    ...emptyDesk,
    phone: PHONE_OFF,
    sipAccount: null,
    fault: null,
    answering: null,
    audible: true,
    quality: GOOD,
    messages: unread(),
  };
  /** Offers whose legs stand beside somebody else's call: no contact of this desk tells when they end. */
  private readonly beside = new Set<string>();
  private readonly listeners = new Set<() => void>();
  private readonly socket: DeskSocket;
  private readonly ringer = new Ringer();
  private readonly attention = new Attention();
  private readonly phone: SeatPhone;
  private readonly sound = new CallWatch(
    (quality) => this.change({ quality }),
    (args) => void this.command("quality", args).catch(() => undefined),
  );
  private seating: Promise<void> | null = null;
  /** Calls are answered in one window: a newly opened desk asks the others of this browser to rest. */
  private readonly windows = new BroadcastChannel("zuoxi.desk");

  constructor(private readonly surroundings: Surroundings) {
    this.windows.onmessage = () => this.rest();
    this.phone = new SeatPhone({
      speaker: surroundings.speaker,
      onState: (phone) => this.change({ phone }),
      onFault: (fault) => this.change({ fault }),
      onFree: () => void this.command("phone_ready").catch(() => undefined),
      onRegistered: () => this.answerOwn(),
      onRefused: () => this.seatAgain(),
      onTaken: () => this.rest(),
      onMeasured: (measured) => this.sound.measured(measured, this.view),
    });
    this.socket = new DeskSocket({
      url: surroundings.socketUrl,
      fetchToken: surroundings.fetchToken,
      onFrame: (frame) => this.onFrame(frame),
      onStatus: (socket) => this.change({ socket }),
      deadlineMessage: () => surroundings.words("deadline"),
    });
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): DeskView => this.view;

  start(): void {
    this.windows.postMessage("here");
    this.socket.start();
  }

  private rest(): void {
    this.socket.stop("replaced");
    this.leavePhone();
    this.quieten();
  }

  stop(): void {
    this.socket.stop();
    this.leavePhone();
    this.quieten();
    this.windows.close();
  }

  /** Our clock brought to the server's, milliseconds. */
  now(): number {
    return Date.now() + this.view.clockOffset;
  }

  command(name: string, args: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    return this.socket.command(name, args);
  }

  /** Takes the seat, or takes it back after a reload. Raises MicrophoneError or CommandError. */
  async takeSeat(kind: PhoneKind): Promise<void> {
    this.ringer.unlock();
    this.change({ fault: null });
    if (kind === "browser") await this.phone.ensureMicrophone();
    const { phone } = (await this.command("take_seat", { phone: kind })) as unknown as { phone: SipAccount };
    if (kind === "browser") this.phone.start(phone);
    else {
      this.phone.leave(true);
      this.change({ sipAccount: kind === "sip" ? phone : null });
    }
    this.change({ audible: this.ringer.audible });
  }

  async leaveSeat(): Promise<void> {
    await this.command("sign_out");
    if (this.view.agent?.state === "signed_out") this.leavePhone();
  }

  /** Ready for calls. A phone in the page must be connected and its microphone alive first. */
  async ready(): Promise<void> {
    this.ringer.unlock();
    if (this.view.agent?.phone === "browser") {
      await this.phone.ensureMicrophone();
      if (this.view.phone.status !== "registered")
        throw new CommandError("desk.phone_not_ready", this.surroundings.words("phoneNotReady"));
    }
    await this.command("ready");
    this.change({ audible: this.ringer.audible });
  }

  /** Calls somebody: a number that was typed, or what a number belongs to. The own phone rings first, and lifts itself
   * where it is this page. */
  async call(target: CallTarget): Promise<void> {
    this.ringer.unlock();
    if (this.view.agent?.phone === "browser") {
      await this.phone.ensureMicrophone();
      if (this.view.phone.status !== "registered")
        throw new CommandError("desk.phone_not_ready", this.surroundings.words("phoneNotReady"));
    }
    await this.command("call", { ...target });
  }

  answer(): void {
    const offer = this.view.offer;
    if (!offer || !this.phone.isThere) return;
    this.quieten();
    this.change({ answering: offer.id });
    this.phone.answer(offer.id);
  }

  /** Follows the whole floor until the returned function is called. */
  followFloor(): () => void {
    const leave = this.socket.follow("floor");
    return () => {
      leave();
      this.change({ floor: null });
    };
  }

  /** Takes the seat with the page's phone unless one is there, and waits until it can be rung. */
  async ensurePhone(): Promise<void> {
    const { agent } = this.view;
    if (!agent || agent.state === "signed_out") await this.takeSeat("browser");
    if (!rungInPage(this.view.agent) || this.view.phone.status === "registered") return;
    const registered = await new Promise<boolean>((resolve) => {
      const forget = this.subscribe(() => this.view.phone.status === "registered" && done(true));
      const timer = setTimeout(() => done(false), PHONE_PATIENCE_MS);
      const done = (there: boolean) => {
        clearTimeout(timer);
        forget();
        resolve(there);
      };
    });
    if (!registered) throw new CommandError("desk.phone_not_ready", this.surroundings.words("phoneNotReady"));
  }

  read(message: string): void {
    this.change({ messages: this.view.messages.filter(({ id }) => id !== message) });
    keepUnread(this.view.messages);
  }

  alarm(): void {
    this.ringer.alarm();
  }

  mute(muted: boolean): void {
    this.phone.mute(muted);
  }

  unlockSound(): void {
    this.ringer.unlock();
    setTimeout(() => this.change({ audible: this.ringer.audible }), 200);
  }

  useHere(): void {
    this.start();
  }

  /** Shows what this page has just saved about the caller, before the switchboard says so. */
  showPop(contact: string, pop: Pop): void {
    this.change(reduce(this.view, { type: "pop", contact, pop }, Date.now()));
  }

  private change(part: Partial<DeskView>): void {
    this.view = { ...this.view, ...part };
    for (const listener of this.listeners) listener();
  }

  private onFrame(frame: Frame): void {
    const before = this.view;
    const known = frame as unknown as DeskFrame;
    if (known.type === "notice") this.surroundings.onNotice(known.message ?? known.code ?? "", known.level ?? "info");
    this.change(reduce(before, known, Date.now()));
    if (known.type === "message" && this.view.messages !== before.messages) {
      keepUnread(this.view.messages);
      this.ringer.chime();
    }
    if (known.type === "welcome") this.onWelcome();
    this.endPhone(known);
    if (isAnother(this.view.contact, before.contact)) this.sound.begin();
    const dead = deadLeg(this.view, this.view.phone.talking);
    if (dead) this.phone.ringAnew(dead);
    this.followOffer(before.offer?.id ?? null);
    if (this.view.agent?.state === "signed_out" && before.agent && before.agent.state !== "signed_out")
      this.leavePhone();
  }

  private onWelcome(): void {
    const agent = this.view.agent;
    if (!agent || agent.state === "signed_out") this.leavePhone();
    else if (agent.phone === "browser" && !this.phone.isThere) this.seatAgain();
  }

  /** After a reload the seat is still ours: the phone of this page must register anew. */
  private seatAgain(): void {
    this.seating ??= this.takeSeat("browser")
      .catch((error: unknown) => {
        if (error instanceof MicrophoneError) return;
        setTimeout(() => {
          if (!this.phone.isThere && this.view.socket === "open" && this.view.agent?.phone === "browser")
            this.seatAgain();
        }, SEAT_AGAIN_MS);
      })
      .finally(() => (this.seating = null));
  }

  /** Ends what rings or talks in this page once the switchboard says that it is over. An offer that ended because it was
   * answered has become the conversation. */
  private endPhone(frame: DeskFrame): void {
    if (frame.type === "offer" && isBeside(frame.offer)) this.beside.add(frame.offer.id);
    if (frame.type === "offer_ended" && frame.reason !== "answered") {
      this.beside.delete(frame.offer);
      this.phone.end(frame.offer);
    }
    if (frame.type !== "contact" && frame.type !== "welcome") return;
    const contact = this.view.contact;
    const offer = this.view.offer?.id;
    if (contact?.offer) this.beside.delete(contact.offer); // taken over or handed over: it is the conversation now
    if (!contact || contact.state === "wrap_up") this.phone.endOthers([...this.beside, ...(offer ? [offer] : [])]);
  }

  private followOffer(before: string | null): void {
    const offer = this.view.offer;
    if (before && before !== offer?.id) this.change({ answering: null });
    if (!offer) this.quieten();
    else if (offer.id !== before) {
      if (answersItself(offer)) this.answerOwn();
      else {
        this.ringer.start();
        this.attention.start(`☎ ${this.surroundings.words("incoming")}`);
        this.change({ audible: this.ringer.audible });
      }
    }
  }

  /** The own call comes back, or a supervisor's wish is fulfilled: nobody has to decide about that. */
  private answerOwn(): void {
    const offer = this.view.offer;
    if (offer && answersItself(offer)) this.phone.answer(offer.id);
  }

  private quieten(): void {
    this.ringer.stop();
    this.attention.stop();
  }

  private leavePhone(): void {
    this.phone.leave(true);
    this.change({ sipAccount: null, answering: null });
  }
}
