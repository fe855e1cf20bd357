import { beforeEach, describe, expect, it, vi } from "vitest";
import type { PhoneOptions } from "@/lib/phone";
import { SeatPhone } from "./seat-phone";

const made = vi.hoisted(() => ({ phones: [] as { options: PhoneOptions; stop: () => void; register: () => void }[] }));
vi.mock("@/lib/phone", () => ({
  BrowserPhone: class {
    stop = vi.fn();
    register = vi.fn();
    constructor(readonly options: PhoneOptions) {
      made.phones.push(this);
      // as the real one: its first word comes before its constructor has returned
      options.onState({ status: "connecting", ringing: null, talking: null, muted: false });
    }
  },
}));

const credentials = { user: "a1", password: "p", domain: "127.0.0.1", websocket: "/sip" };

function seat() {
  const told: string[] = [];
  const phone = new SeatPhone({
    speaker: () => ({}) as HTMLAudioElement,
    onState: ({ status }) => told.push(status),
    onFault: () => undefined,
    onFree: () => told.push("free"),
    onRegistered: () => told.push("registered"),
    onRefused: () => told.push("take the seat again"),
    onTaken: () => told.push("taken"),
  });
  return { phone, told };
}

const latest = () => made.phones.at(-1) as (typeof made.phones)[number];

beforeEach(() => {
  vi.useFakeTimers();
  made.phones.length = 0;
});

describe("the phone of a seat", () => {
  it("tells that it is free only when no call rings or stands on it", () => {
    const { phone, told } = seat();
    phone.start(credentials);
    latest().options.onRegistered(true);
    expect(told).toEqual(["connecting", "registered"]);
    latest().options.onRegistered(false);
    expect(told.at(-1)).toBe("free");
  });

  it("keeps a conversation when registering fails, and tries again", () => {
    const { phone } = seat();
    phone.start(credentials);
    latest().options.onFailure(true, true);
    vi.advanceTimersByTime(5_000);
    expect(latest().stop).not.toHaveBeenCalled();
    expect(latest().register).toHaveBeenCalledTimes(1);
  });

  it("takes the seat again when the password is refused, and gives up after a few times", () => {
    const { phone, told } = seat();
    for (let time = 0; time < 5; time += 1) {
      phone.start(credentials);
      latest().options.onFailure(true, false);
      vi.advanceTimersByTime(5_000);
    }
    expect(told.filter((word) => word === "take the seat again")).toHaveLength(4);
    expect(told.at(-1)).toBe("taken");
  });

  it("does not listen to an earlier phone", () => {
    const { phone, told } = seat();
    phone.start(credentials);
    const old = latest();
    phone.start(credentials);
    told.length = 0;
    old.options.onFailure(true, false);
    old.options.onState({ status: "off", ringing: null, talking: null, muted: false });
    vi.advanceTimersByTime(5_000);
    expect(told).toEqual([]);
    expect(phone.isThere).toBe(true);
  });
});
