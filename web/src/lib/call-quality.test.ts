import { expect, test } from "vitest";
import { emptyWatch, measure, readStats, type Measured, type Watch } from "./call-quality";

const TALKING = { sound: true, muted: false };

/** Two seconds of a good line, changed as named. */
function after(before: Measured | null, change: Partial<Measured> & { add?: number; lose?: number } = {}): Measured {
  const { add = 100, lose = 0, ...rest } = change;
  return {
    at: (before?.at ?? 0) + 2_000,
    received: (before?.received ?? 0) + add,
    lost: (before?.lost ?? 0) + lose,
    jitter: 0.004,
    roundTrip: 0.02,
    sent: (before?.sent ?? 0) + 100,
    remoteLoss: 0,
    microphone: (before?.microphone ?? 0) + 1,
    ...rest,
  };
}

function run(steps: (Parameters<typeof after>[1] & { expected?: typeof TALKING })[]): string[] {
  let watch: Watch = measure(emptyWatch, after(null), TALKING);
  return steps.map(({ expected = TALKING, ...change }) => {
    watch = measure(watch, after(watch.last, change), expected);
    return `${watch.verdict.state} ${watch.verdict.what ?? "-"} ${watch.verdict.way}`;
  });
}

test("a good line says nothing, and one bad measurement neither", () => {
  expect(run([{}, { lose: 30 }, {}, {}])).toEqual(Array(4).fill("good - in"));
});

test("loss that stays is told, and is over only after three good measurements", () => {
  expect(run([{ lose: 10 }, { lose: 10 }, {}, {}, {}])).toEqual([
    "good - in",
    "poor loss in",
    "poor loss in",
    "poor loss in",
    "good - in",
  ]);
});

test("between the two limits a bad line stays bad and a good one good", () => {
  // 3 % of loss: less than what is bad, more than what is good again
  expect(run([{ lose: 3 }, { lose: 3 }, { lose: 3 }]).at(-1)).toBe("good - in");
  expect(run([{ lose: 10 }, { lose: 10 }, { lose: 3 }, { lose: 3 }, { lose: 3 }, { lose: 3 }]).at(-1)).toBe(
    "poor loss in",
  );
});

test("jitter, delay and what the other end loses of ours are told apart", () => {
  expect(run([{ jitter: 0.08 }, { jitter: 0.08 }]).at(-1)).toBe("poor jitter in");
  expect(run([{ roundTrip: 0.9 }, { roundTrip: 0.9 }]).at(-1)).toBe("poor delay in");
  expect(run([{ remoteLoss: 0.2 }, { remoteLoss: 0.2 }]).at(-1)).toBe("poor loss out");
});

test("nothing from the other side for five seconds is no pause in speech, unless the call is held", () => {
  const nothing = { add: 0 };
  expect(run([nothing, nothing, nothing])).toEqual(["good - in", "good - in", "silent no_sound in"]);
  const held = { add: 0, expected: { sound: false, muted: false } };
  expect(run(Array(6).fill(held)).at(-1)).toBe("good - in");
  expect(run([nothing, nothing, nothing, {}, {}, {}]).at(-1)).toBe("good - in");
});

test("a microphone that gives nothing at all is told, one that was muted is not", () => {
  const dead = { microphone: 1 };
  expect(run(Array(8).fill(dead)).at(-1)).toBe("silent microphone out");
  expect(run(Array(8).fill({ ...dead, expected: { sound: true, muted: true } })).at(-1)).toBe("good - in");
});

test("a new connection begins anew", () => {
  let watch: Watch = { ...emptyWatch, last: after(after(after(null))) };
  watch = measure(watch, after(null), TALKING);
  expect(watch.verdict.state).toBe("good");
});

test("the browser's statistics are read by kind", () => {
  const found = readStats(
    [
      { type: "inbound-rtp", kind: "audio", packetsReceived: 10, packetsLost: 1, jitter: 0.01 },
      { type: "inbound-rtp", kind: "video", packetsReceived: 99 },
      { type: "outbound-rtp", kind: "audio", packetsSent: 12 },
      { type: "remote-inbound-rtp", kind: "audio", roundTripTime: 0.1, fractionLost: 0.25 },
      { type: "media-source", kind: "audio", totalAudioEnergy: 3 },
      { type: "transport" },
    ],
    7,
  );
  expect(found).toEqual({
    at: 7,
    received: 10,
    lost: 1,
    jitter: 0.01,
    roundTrip: 0.1,
    sent: 12,
    remoteLoss: 0.25,
    microphone: 3,
  });
});
