/* The phone in the page: a SIP user agent over the same origin's WebSocket. It rings only for offers of ours (the INVITE
 * names the offer in X-Zuoxi-Offer), keeps itself registered, and never ends a call by closing the page: the
 * switchboard decides when a call is over. */
import { readStats, type Measured } from "@/lib/call-quality";
import { chosenSpeaker, speakTo } from "@/lib/sound-devices";
import JsSIP from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { IncomingRTCSessionEvent, RTCSessionEvent, UA } from "jssip/lib/UA";

export interface PhoneCredentials {
  user: string;
  password: string;
  domain: string;
  /** Path or address of the SIP WebSocket. */
  websocket: string;
}

export type PhoneStatus = "off" | "connecting" | "registered" | "refused";

export interface PhoneState {
  status: PhoneStatus;
  /** The offer whose phone rings here now. */
  ringing: string | null;
  /** The offer whose conversation is on this phone now. */
  talking: string | null;
  muted: boolean;
}

export interface PhoneOptions {
  credentials: PhoneCredentials;
  /** The microphone in use when a call is answered. */
  microphone: () => MediaStream;
  /** Where the caller is heard. */
  speaker: HTMLAudioElement;
  onState: (state: PhoneState) => void;
  /** Registered (again). `busy`: a call still rings or stands on this phone. */
  onRegistered: (busy: boolean) => void;
  /** Registering failed. `refused`: by the engine (the password), not by the line. */
  onFailure: (refused: boolean, busy: boolean) => void;
  /** How the conversation sounds, each time it was measured. */
  onMeasured?: (measured: Measured) => void;
  /** The way of the sound is broken and does not come back by itself. */
  onCut?: (offer: string) => void;
}

interface Leg {
  offer: string;
  session: RTCSession;
  stream: MediaStream | null;
  connection: RTCPeerConnection | null;
}

const MEASURE_EVERY_MS = 2_000;

/** How long ICE may look for further addresses once it has one: the engine is reached directly. */
const ICE_GRACE_MS = 150;

/** How JsSIP names the engine's refusal of a registration. */
const REFUSED = ["Rejected", "Authentication Error", "Not Found"];

/** ws(s)://own host/path for a path; an address is left alone. */
export function socketAddress(path: string, place: Pick<Location, "protocol" | "host"> = window.location): string {
  return path.startsWith("/") ? `${place.protocol === "https:" ? "wss" : "ws"}://${place.host}${path}` : path;
}

export class BrowserPhone {
  private state: PhoneState = { status: "connecting", ringing: null, talking: null, muted: false };
  private readonly agent: UA;
  private readonly legs = new Map<string, Leg>();
  private readonly wanted = new Set<string>();

  constructor(private readonly options: PhoneOptions) {
    const { user, password, domain, websocket } = options.credentials;
    this.agent = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(socketAddress(websocket))],
      uri: `sip:${user}@${domain}`,
      authorization_user: user,
      password,
      register: true,
      register_expires: 120,
      session_timers: false,
      no_answer_timeout: 120,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 4,
      user_agent: "Zuoxi desk",
    });
    this.agent.on("connecting", () => this.change({ status: "connecting" }));
    this.agent.on("disconnected", () => this.change({ status: "connecting" }));
    this.agent.on("registered", () => {
      this.change({ status: "registered" });
      options.onRegistered(this.legs.size > 0);
    });
    this.agent.on("unregistered", () => this.change({ status: "connecting" }));
    this.agent.on("registrationFailed", (event) => {
      this.change({ status: "refused" });
      options.onFailure(REFUSED.includes(String(event.cause)), this.legs.size > 0);
    });
    this.agent.on("newRTCSession", (event: RTCSessionEvent) => {
      if (String(event.originator) === "remote") this.arrive(event as IncomingRTCSessionEvent);
    });
    this.agent.start();
  }

  /** Registers again, after a failure. */
  register(): void {
    this.agent.register();
  }

  /** Leaves: unregisters and ends what still stands (after a sign-out; not when the page closes). */
  stop(): void {
    this.wanted.clear();
    this.agent.stop();
    for (const leg of this.legs.values()) this.forget(leg);
    this.change({ status: "off" });
  }

  /** Answers the offer's call, now or as soon as its INVITE is here. */
  answer(offer: string): void {
    this.wanted.add(offer);
    const leg = this.legs.get(offer);
    if (leg && !leg.stream) this.pickUp(leg);
  }

  /** The switchboard said that this offer, or the conversation it became, is over. */
  end(offer: string): void {
    this.wanted.delete(offer);
    const leg = this.legs.get(offer);
    if (!leg) return;
    if (!leg.session.isEnded()) leg.session.terminate();
    this.forget(leg);
  }

  /** Ends every session but those of these offers. */
  endOthers(offers: readonly string[]): void {
    for (const leg of [...this.legs.values()]) if (!offers.includes(leg.offer)) this.end(leg.offer);
  }

  mute(muted: boolean): void {
    for (const leg of this.legs.values()) leg.stream?.getAudioTracks().forEach((track) => (track.enabled = !muted));
    this.change({ muted });
  }

  private arrive({ session, request }: IncomingRTCSessionEvent): void {
    const offer = request.getHeader("X-Zuoxi-Offer");
    if (!offer) {
      session.terminate({ status_code: 486 });
      return;
    }
    const leg: Leg = { offer, session, stream: null, connection: null };
    this.legs.set(offer, leg);
    this.change({ ringing: offer });
    session.on("peerconnection", ({ peerconnection }) => this.listen(peerconnection, leg));
    session.on("icecandidate", ({ ready }) => setTimeout(ready, ICE_GRACE_MS));
    session.on("confirmed", () => this.change({ talking: offer, ringing: null }));
    session.on("ended", () => this.forget(leg));
    session.on("failed", () => this.forget(leg));
    if (this.wanted.has(offer)) this.pickUp(leg);
  }

  private pickUp(leg: Leg): void {
    // Each call gets tracks of its own, so that muting one does not silence the next.
    leg.stream = new MediaStream(
      this.options
        .microphone()
        .getAudioTracks()
        .map((track) => track.clone()),
    );
    if (this.state.muted) this.change({ muted: false });
    leg.session.answer({
      mediaStream: leg.stream,
      mediaConstraints: { audio: true, video: false },
      pcConfig: { iceServers: [], rtcpMuxPolicy: "require" },
    });
    this.change({ ringing: null });
  }

  private async measure(leg: Leg): Promise<void> {
    if (!leg.connection || this.state.talking !== leg.offer) return;
    const stats: Record<string, unknown>[] = [];
    (await leg.connection.getStats()).forEach((one: Record<string, unknown>) => stats.push(one));
    if (this.legs.get(leg.offer) === leg) this.options.onMeasured?.(readStats(stats, performance.now()));
  }

  private listen(connection: RTCPeerConnection, leg: Leg): void {
    leg.connection = connection;
    const timer = setInterval(() => {
      if (connection.connectionState === "closed") clearInterval(timer);
      else void this.measure(leg);
    }, MEASURE_EVERY_MS);
    connection.addEventListener("connectionstatechange", () => {
      if (connection.connectionState === "failed" && this.legs.get(leg.offer) === leg) this.options.onCut?.(leg.offer);
    });
    connection.addEventListener("track", ({ streams: [stream] }) => {
      if (!stream) return;
      this.options.speaker.srcObject = stream;
      void speakTo(this.options.speaker, chosenSpeaker());
      void this.options.speaker.play().catch(() => undefined);
    });
  }

  private forget(leg: Leg): void {
    if (this.legs.get(leg.offer) !== leg) return;
    this.legs.delete(leg.offer);
    this.wanted.delete(leg.offer);
    leg.stream?.getTracks().forEach((track) => track.stop());
    this.change({
      ringing: this.state.ringing === leg.offer ? null : this.state.ringing,
      talking: this.state.talking === leg.offer ? null : this.state.talking,
      ...(this.state.talking === leg.offer && { muted: false }),
    });
  }

  private change(part: Partial<PhoneState>): void {
    this.state = { ...this.state, ...part };
    this.options.onState(this.state);
  }
}
