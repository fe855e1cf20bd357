/* How a call sounds, judged from what the browser measures. Pure: figures in, verdict out; it changes only when several
 * measurements in a row say so, or a banner would blink. */

/** Counters and figures of one moment. */
export interface Measured {
  /** Milliseconds, any clock that goes forward. */
  at: number;
  received: number;
  lost: number;
  /** Seconds. */
  jitter: number | null;
  roundTrip: number | null;
  sent: number;
  /** Of what we send, as the other end reports it: a share from 0 to 1 of the last while. */
  remoteLoss: number | null;
  /** How much sound the microphone has given so far; null: nobody knows. */
  microphone: number | null;
}

export type Fault = "jitter" | "loss" | "delay" | "no_sound" | "microphone";

export interface Verdict {
  state: "good" | "poor" | "silent";
  what: Fault | null;
  /** in: how we hear; out: how we are heard. */
  way: "in" | "out";
  jitter_ms: number | null;
  loss_percent: number | null;
  rtt_ms: number | null;
}

export const GOOD: Verdict = {
  state: "good",
  what: null,
  way: "in",
  jitter_ms: null,
  loss_percent: null,
  rtt_ms: null,
};

/** From there on something is bad, and until there it must come back to be good again. */
const LOSS = [5, 2] as const;
const JITTER_MS = [50, 30] as const;
const DELAY_MS = [600, 400] as const;
const BAD_IN_A_ROW = 2;
const GOOD_IN_A_ROW = 3;
/** Nothing at all for so long is no pause in speech. */
const SILENT_AFTER_MS = 5_000;
const MICROPHONE_DEAD_AFTER_MS = 12_000;

export interface Watch {
  verdict: Verdict;
  last: Measured | null;
  /** Since when nothing has come from the other side, and since when the microphone gives nothing. */
  nothingSince: number | null;
  mutedSince: number | null;
  bad: number;
  good: number;
}

export const emptyWatch: Watch = { verdict: GOOD, last: null, nothingSince: null, mutedSince: null, bad: 0, good: 0 };

export interface Expected {
  /** Whether the two are in conversation: on hold nothing has to come. */
  sound: boolean;
  /** Whether the microphone is muted by the agent's own wish. */
  muted: boolean;
}

const share = (part: number, rest: number) => (part + rest > 0 ? (100 * part) / (part + rest) : null);

function worst(now: Measured, before: Measured, stillBad: boolean): Omit<Verdict, "state"> & { bad: boolean } {
  const lossIn = share(Math.max(0, now.lost - before.lost), Math.max(0, now.received - before.received));
  const lossOut = now.remoteLoss === null ? null : now.remoteLoss * 100;
  const jitter = now.jitter === null ? null : now.jitter * 1000;
  const delay = now.roundTrip === null ? null : now.roundTrip * 1000;
  const over = (value: number | null, limits: readonly [number, number]) =>
    value !== null && value > limits[stillBad ? 1 : 0];
  const figures = {
    jitter_ms: jitter,
    loss_percent: Math.max(lossIn ?? 0, lossOut ?? 0),
    rtt_ms: delay,
  };
  if (over(lossIn, LOSS)) return { ...figures, bad: true, what: "loss", way: "in" };
  if (over(jitter, JITTER_MS)) return { ...figures, bad: true, what: "jitter", way: "in" };
  if (over(lossOut, LOSS)) return { ...figures, bad: true, what: "loss", way: "out" };
  if (over(delay, DELAY_MS)) return { ...figures, bad: true, what: "delay", way: "in" };
  return { ...figures, bad: false, what: null, way: "in" };
}

/** The watch after a further measurement. */
export function measure(watch: Watch, now: Measured, expected: Expected): Watch {
  const before = watch.last;
  if (!before || now.received < before.received) return { ...emptyWatch, last: now };
  const nothing = expected.sound && now.received === before.received;
  const nothingSince = nothing ? (watch.nothingSince ?? before.at) : null;
  const dead = expected.sound && !expected.muted && now.microphone !== null && now.microphone === before.microphone;
  const mutedSince = dead ? (watch.mutedSince ?? before.at) : null;
  const { bad: isBad, ...figures } = worst(now, before, watch.verdict.state !== "good");
  const next = { last: now, nothingSince, mutedSince };
  if (nothingSince !== null && now.at - nothingSince >= SILENT_AFTER_MS)
    return { ...next, bad: 0, good: 0, verdict: { ...figures, state: "silent", what: "no_sound", way: "in" } };
  if (mutedSince !== null && now.at - mutedSince >= MICROPHONE_DEAD_AFTER_MS)
    return { ...next, bad: 0, good: 0, verdict: { ...figures, state: "silent", what: "microphone", way: "out" } };
  const bad = isBad ? watch.bad + 1 : 0;
  const good = isBad || nothing || dead ? 0 : watch.good + 1;
  if (bad >= BAD_IN_A_ROW) return { ...next, bad, good, verdict: { ...figures, state: "poor" } };
  if (good >= GOOD_IN_A_ROW) return { ...next, bad, good, verdict: { ...GOOD, ...figures, what: null, state: "good" } };
  return { ...next, bad, good, verdict: watch.verdict };
}

/** What of the browser's statistics counts here. */
export function readStats(stats: Iterable<Record<string, unknown>>, at: number): Measured {
  const found: Measured = {
    at,
    received: 0,
    lost: 0,
    jitter: null,
    roundTrip: null,
    sent: 0,
    remoteLoss: null,
    microphone: null,
  };
  const number = (value: unknown) => (typeof value === "number" ? value : null);
  for (const one of stats) {
    if (one["kind"] !== "audio") continue;
    switch (one["type"]) {
      case "inbound-rtp":
        found.received += number(one["packetsReceived"]) ?? 0;
        found.lost += number(one["packetsLost"]) ?? 0;
        found.jitter = number(one["jitter"]) ?? found.jitter;
        break;
      case "outbound-rtp":
        found.sent += number(one["packetsSent"]) ?? 0;
        break;
      case "remote-inbound-rtp":
        found.roundTrip = number(one["roundTripTime"]) ?? found.roundTrip;
        found.remoteLoss = number(one["fractionLost"]) ?? found.remoteLoss;
        break;
      case "media-source":
        found.microphone = number(one["totalAudioEnergy"]) ?? found.microphone;
        break;
    }
  }
  return found;
}
