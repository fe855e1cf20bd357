import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CommandError, DeskSocket, type Frame, type SocketStatus } from "./desk-socket";

class FakeSocket {
  static made: FakeSocket[] = [];
  readyState = 1;
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor() {
    FakeSocket.made.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close(code = 1000) {
    this.drop(code);
  }
  drop(code: number) {
    this.onclose?.({ code });
  }
  say(frame: Frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

function latest(): FakeSocket {
  const socket = FakeSocket.made.at(-1);
  if (!socket) throw new Error("no socket was opened");
  return socket;
}

async function opened() {
  const frames: Frame[] = [];
  const statuses: SocketStatus[] = [];
  let tokens = 0;
  const desk = new DeskSocket({
    url: "ws://desk",
    fetchToken: () => Promise.resolve(`t${++tokens}`),
    onFrame: (frame) => frames.push(frame),
    onStatus: (status) => statuses.push(status),
    deadlineMessage: () => "late",
    openSocket: () => new FakeSocket() as unknown as WebSocket,
    random: () => 0,
  });
  desk.start();
  await vi.advanceTimersByTimeAsync(0);
  latest().onopen?.();
  latest().say({ type: "welcome" });
  return { desk, frames, statuses };
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.made = [];
});
afterEach(() => vi.useRealTimers());

describe("the desk's socket", () => {
  it("says hello with a token and passes the welcome on", async () => {
    const { frames, statuses } = await opened();
    expect(latest().sent[0]).toEqual({ type: "hello", token: "t1" });
    expect(frames).toEqual([{ type: "welcome" }]);
    expect(statuses.at(-1)).toBe("open");
  });

  it("answers a command by its own ack only", async () => {
    const { desk } = await opened();
    const promise = desk.command("ready");
    const { id } = latest().sent.at(-1) as { id: string };
    latest().say({ type: "ack", id: "another", ok: true, result: { wrong: true } });
    latest().say({ type: "ack", id, ok: true, result: { right: true } });
    await expect(promise).resolves.toEqual({ right: true });
  });

  it("tells a refusal in the server's words", async () => {
    const { desk } = await opened();
    const promise = desk.command("hold");
    const { id } = latest().sent.at(-1) as { id: string };
    latest().say({ type: "ack", id, ok: false, error: { code: "routing.not_talking", message: "不在通话中" } });
    await expect(promise).rejects.toMatchObject({ code: "routing.not_talking", message: "不在通话中" });
  });

  it("gives up at the deadline", async () => {
    const { desk } = await opened();
    const promise = desk.command("ready", {}, 1_000);
    const refused = expect(promise).rejects.toBeInstanceOf(CommandError);
    await vi.advanceTimersByTimeAsync(1_001);
    await refused;
  });

  it("sends a command again under the same id after the line broke, with a fresh token", async () => {
    const { desk } = await opened();
    const first = latest();
    const promise = desk.command("wrap_up", { contact: "c" });
    const { id } = first.sent.at(-1) as { id: string };
    first.drop(1006);
    await vi.advanceTimersByTimeAsync(300);
    const second = latest();
    expect(second).not.toBe(first);
    second.onopen?.();
    expect(second.sent).toEqual([{ type: "hello", token: "t2" }]);
    second.say({ type: "welcome" });
    expect(second.sent.at(-1)).toMatchObject({ type: "command", id, name: "wrap_up" });
    second.say({ type: "ack", id, ok: true });
    await expect(promise).resolves.toEqual({});
  });

  it("does not fight another window of the same agent", async () => {
    const { statuses } = await opened();
    latest().drop(4409);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(FakeSocket.made).toHaveLength(1);
    expect(statuses.at(-1)).toBe("replaced");
  });

  it("follows a topic again after the line broke, and once however many follow it", async () => {
    const { desk } = await opened();
    const leave = desk.follow("floor");
    const other = desk.follow("floor");
    expect(latest().sent.filter(({ type }) => type === "subscribe")).toEqual([{ type: "subscribe", topic: "floor" }]);
    latest().drop(1006);
    await vi.advanceTimersByTimeAsync(10_000);
    latest().onopen?.();
    latest().say({ type: "welcome" });
    expect(latest().sent.filter(({ type }) => type === "subscribe")).toHaveLength(1);
    leave();
    expect(latest().sent.some(({ type }) => type === "unsubscribe")).toBe(false);
    other();
    expect(latest().sent.at(-1)).toEqual({ type: "unsubscribe", topic: "floor" });
  });
});
