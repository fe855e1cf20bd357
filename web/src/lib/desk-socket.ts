/* The desk's connection to the switchboard: reconnects, signs in with a fresh token, and gives each command an
 * identifier, a deadline and exactly one answer. A command that was under way when the line broke is sent again under
 * the same identifier, so the switchboard does it once. */
import { backoff } from "@/lib/backoff";
import { randomId } from "@/lib/ids";

export type Frame = { type: string } & Record<string, unknown>;
export type SocketStatus = "connecting" | "open" | "replaced" | "refused" | "stopped";

export class CommandError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "CommandError";
  }
}

interface Pending {
  text: string;
  resolve: (result: Record<string, unknown>) => void;
  reject: (error: CommandError) => void;
  timer: ReturnType<typeof setTimeout>;
}

export interface DeskSocketOptions {
  url: string;
  fetchToken: () => Promise<string>;
  onFrame: (frame: Frame) => void;
  onStatus: (status: SocketStatus) => void;
  /** The words for "no answer in time". */
  deadlineMessage: () => string;
  openSocket?: (url: string) => WebSocket;
  random?: () => number;
}

const PING_EVERY_MS = 15_000;
const SILENT_AFTER_MS = 40_000;
const CLOSED_BAD_TOKEN = 4401;
const CLOSED_NOT_ALLOWED = 4403;
const CLOSED_REPLACED = 4409;

export class DeskSocket {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private running = false;
  private welcomed = false;
  private heardPong = false;
  private lastHeard = 0;
  private pinger: ReturnType<typeof setInterval> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly pending = new Map<string, Pending>();
  private readonly topics = new Map<string, number>();

  constructor(private readonly options: DeskSocketOptions) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    this.attempt = 0;
    void this.connect();
  }

  stop(status: SocketStatus = "stopped"): void {
    this.running = false;
    clearTimeout(this.retry);
    clearInterval(this.pinger);
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
    this.options.onStatus(status);
  }

  /** Sends a command; answers its result. Raises CommandError when it is refused or not answered within the deadline. */
  command(name: string, args: Record<string, unknown> = {}, deadlineMs = 5_000): Promise<Record<string, unknown>> {
    const id = randomId();
    const text = JSON.stringify({ type: "command", id, name, deadline_ms: deadlineMs, ...args });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.pending.delete(id);
        reject(new CommandError("desk.deadline", this.options.deadlineMessage()));
      }, deadlineMs);
      this.pending.set(id, { text, resolve, reject, timer });
      if (this.welcomed) this.socket?.send(text);
    });
  }

  /** Follows a topic's frames, also over broken lines, until the returned function is called. */
  follow(topic: string): () => void {
    const followers = this.topics.get(topic) ?? 0;
    this.topics.set(topic, followers + 1);
    if (followers === 0) this.tell("subscribe", topic);
    return () => {
      const left = (this.topics.get(topic) ?? 1) - 1;
      if (left > 0) this.topics.set(topic, left);
      else if (this.topics.delete(topic)) this.tell("unsubscribe", topic);
    };
  }

  private tell(type: "subscribe" | "unsubscribe", topic: string): void {
    if (this.welcomed) this.socket?.send(JSON.stringify({ type, topic }));
  }

  private async connect(): Promise<void> {
    this.options.onStatus("connecting");
    let token: string;
    try {
      token = await this.options.fetchToken();
    } catch {
      this.again();
      return;
    }
    if (!this.running) return;
    const socket = (this.options.openSocket ?? ((url) => new WebSocket(url)))(this.options.url);
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token }));
    socket.onmessage = (event) => this.receive(socket, String(event.data));
    socket.onclose = (event) => this.closed(socket, event.code);
  }

  private receive(socket: WebSocket, text: string): void {
    if (socket !== this.socket) return;
    this.lastHeard = Date.now();
    const frame = JSON.parse(text) as Frame;
    if (frame.type === "ack") this.settle(frame);
    else if (frame.type === "ping") socket.send('{"type":"pong"}');
    else if (frame.type === "pong") this.heardPong = true;
    else {
      if (frame.type === "welcome") this.welcome(socket);
      this.options.onFrame(frame);
    }
  }

  private welcome(socket: WebSocket): void {
    this.attempt = 0;
    this.welcomed = true;
    this.options.onStatus("open");
    clearInterval(this.pinger);
    this.pinger = setInterval(() => {
      // Only a switchboard that answers pings can be missed by them.
      if (this.heardPong && Date.now() - this.lastHeard > SILENT_AFTER_MS) socket.close(4000);
      else if (socket.readyState === 1) socket.send('{"type":"ping"}');
    }, PING_EVERY_MS);
    for (const topic of this.topics.keys()) this.tell("subscribe", topic);
    for (const { text } of this.pending.values()) socket.send(text);
  }

  private settle(frame: Frame): void {
    const pending = this.pending.get(String(frame["id"]));
    if (!pending) return;
    this.pending.delete(String(frame["id"]));
    clearTimeout(pending.timer);
    if (frame["ok"]) pending.resolve((frame["result"] ?? {}) as Record<string, unknown>);
    else {
      const error = (frame["error"] ?? {}) as { code?: string; message?: string };
      pending.reject(new CommandError(error.code ?? "desk.refused", error.message ?? error.code ?? "refused"));
    }
  }

  private closed(socket: WebSocket, code: number): void {
    if (socket !== this.socket) return;
    this.socket = null;
    this.welcomed = false;
    clearInterval(this.pinger);
    if (!this.running) return;
    if (code === CLOSED_REPLACED) this.stop("replaced");
    else if (code === CLOSED_NOT_ALLOWED) this.stop("refused");
    else this.again(code === CLOSED_BAD_TOKEN ? 1 : 0);
  }

  private again(atLeast = 0): void {
    if (!this.running) return;
    this.options.onStatus("connecting");
    this.attempt = Math.max(this.attempt, atLeast);
    this.retry = setTimeout(() => void this.connect(), backoff(this.attempt, this.options.random));
    this.attempt += 1;
  }
}
