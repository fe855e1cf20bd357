import { describe, expect, it } from "vitest";
import type { Contact, Offer, Pop, Welcome } from "@/lib/seat/frames";
import { deadLeg, emptyDesk, reduce } from "./desk-state";

const pop: Pop = { number: "13800001111", place: "广东 深圳", customer: null, calls: [], orders: [], flags: [] };
const offer: Offer = {
  id: "c1-1",
  contact: "c1",
  queue: "q",
  queue_name: "销售",
  line: null,
  hotline: "4008001111",
  waited: 3,
  reason: "queue",
  expires_in: 15,
  pop: null,
};
const contact: Contact = {
  id: "c1",
  state: "talking",
  number: "13800001111",
  number_place: null,
  hotline: null,
  line: null,
  line_name: null,
  queue: null,
  queue_name: null,
  started_at: 10,
  answered_at: 12,
  held: false,
  pop: null,
  wrap_up_ends_at: null,
};
const welcome: Welcome = {
  type: "welcome",
  agent: { id: "a", name: "王", number: "1001", state: "talking", reason: null, since: 5, phone: "browser" },
  contact: { ...contact, pop },
  offer: null,
  server_time: 100,
  queues: [],
  agents: [],
  reasons: [],
  dispositions: [],
};

describe("the desk's state", () => {
  it("takes the whole state from a welcome, with the server's clock", () => {
    const state = reduce(emptyDesk, welcome, 40_000);
    expect(state.contact?.pop).toEqual(pop);
    expect(state.clockOffset).toBe(60_000);
    expect(state.loaded).toBe(true);
  });

  it("keeps the pop from the offer into the conversation, and forgets the offer", () => {
    let state = reduce(emptyDesk, { type: "offer", offer }, 0);
    state = reduce(state, { type: "pop", contact: "c1", pop }, 1);
    expect(state.offer?.pop).toEqual(pop);
    state = reduce(state, { type: "contact", contact }, 2);
    expect(state.contact?.pop).toEqual(pop);
    expect(state.offer).toBeNull();
  });

  it("keeps what was changed in the pop when the call goes over into wrap-up", () => {
    const changed: Pop = { ...pop, place: "浙江 杭州" };
    let state = reduce(emptyDesk, welcome, 0);
    state = reduce(state, { type: "pop", contact: "c1", pop: changed }, 1);
    state = reduce(state, { type: "contact", contact: { ...contact, state: "wrap_up", pop } }, 2);
    expect(state.contact?.pop).toEqual(changed);
  });

  it("takes the switchboard's pop when it comes back after the line was broken", () => {
    let state = reduce(emptyDesk, welcome, 0);
    const newer: Pop = { ...pop, flags: ["vip"] };
    state = reduce(state, { ...welcome, contact: { ...contact, pop: newer } }, 1);
    expect(state.contact?.pop).toEqual(newer);
    state = reduce(state, { ...welcome, contact: { ...contact, pop: null } }, 2);
    expect(state.contact?.pop).toEqual(newer);
  });

  it("joins a pop that came before its offer", () => {
    let state = reduce(emptyDesk, { type: "pop", contact: "c1", pop }, 0);
    state = reduce(state, { type: "offer", offer }, 1);
    expect(state.offer?.pop).toEqual(pop);
  });

  it("does not end an offer by the end of another one", () => {
    const state = reduce(
      reduce(emptyDesk, { type: "offer", offer }, 0),
      { type: "offer_ended", offer: "c0-1", reason: "no_answer" },
      1,
    );
    expect(state.offer?.id).toBe("c1-1");
    expect(reduce(state, { type: "offer_ended", offer: "c1-1", reason: "caller_gone" }, 2).offer).toBeNull();
  });

  it("clears a contact that ended", () => {
    const state = reduce(emptyDesk, welcome, 0);
    expect(reduce(state, { type: "contact", contact: null }, 1).contact).toBeNull();
    expect(reduce(state, { type: "contact", contact: { ...contact, state: "ended" } }, 1).contact).toBeNull();
  });

  it("keeps an offer that only brings the own call back until it is over", () => {
    let state = reduce(emptyDesk, welcome, 0);
    state = reduce(state, { type: "offer", offer: { ...offer, reason: "reconnect" } }, 1);
    state = reduce(state, { type: "contact", contact: { ...contact, state: "reconnecting" } }, 2);
    expect(state.offer?.reason).toBe("reconnect");
  });

  it("keeps each message once, until it is read", () => {
    const message = { type: "message", id: "m1", from: "s", from_name: "李", text: "慢一点", at: 5 } as const;
    let state = reduce(emptyDesk, message, 0);
    state = reduce(state, message, 1);
    expect(state.messages.map(({ text }) => text)).toEqual(["慢一点"]);
    state = reduce(state, welcome, 2);
    expect(state.messages).toHaveLength(1);
  });

  it("forgets the part in somebody's call when a welcome names none", () => {
    const party = {
      contact: "c9",
      kind: "supervisor",
      mode: "listen",
      state: "talking",
      since: 5,
      agent_name: "王",
      number: "138",
    } as const;
    let state = reduce(emptyDesk, { type: "party", party }, 0);
    expect(state.party?.contact).toBe("c9");
    state = reduce(state, { ...welcome, party }, 1);
    expect(state.party?.contact).toBe("c9");
    expect(reduce(state, welcome, 2).party).toBeNull();
  });
});

describe("a phone after a broken line", () => {
  const waiting = { ...emptyDesk, agent: welcome.agent, contact: { ...contact, state: "reconnecting" as const } };

  it("holds a dead leg while the switchboard has the caller waiting for it", () => {
    expect(deadLeg(waiting, "c1-1")).toBe("c1-1");
    expect(deadLeg(waiting, null)).toBeNull();
    expect(deadLeg({ ...waiting, contact }, "c1-1")).toBeNull();
  });

  it("holds no dead leg when it is the one that has just been rung again", () => {
    const again = { ...waiting, offer: { ...offer, id: "c1-2", reason: "reconnect", receivedAt: 0 } };
    expect(deadLeg(again, "c1-2")).toBeNull();
    expect(deadLeg(again, "c1-1")).toBe("c1-1");
  });

  it("of a SIP phone nothing is held in the page", () => {
    expect(deadLeg({ ...waiting, agent: { ...welcome.agent, phone: "sip" } }, "c1-1")).toBeNull();
  });
});
