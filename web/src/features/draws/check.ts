/* Does a published draw follow from its seed? The same as src/zuoxi/draws/check.py, computed in the reader's own browser:
 * nothing is sent anywhere. */

export interface PublishedDraw {
  algorithm: string;
  name?: string;
  commitment: string | null;
  list_hash?: string;
  entries?: { ticket: string; person: number; number?: string }[];
  prizes: { name: string; count: number }[];
  reserves: number;
  one_each: boolean;
  public_source?: string;
  public_word?: string;
  seed?: string;
  winners?: { rank: number; ticket: string }[];
}

export interface Place {
  rank: number;
  ticket: string;
  score: string;
}

export interface Verdict {
  commitment: boolean | null;
  list: boolean | null;
  winners: boolean | null;
  places: Place[];
}

async function sha256(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const before = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

export async function drawAnew(document: PublishedDraw, seed: string): Promise<Place[]> {
  const scored = await Promise.all(
    (document.entries ?? []).map(async (entry) => ({
      ...entry,
      score: await sha256(`${seed}|${document.public_word ?? ""}|${entry.ticket}`),
    })),
  );
  scored.sort((one, other) => before(one.score, other.score) || before(one.ticket, other.ticket));
  const places = document.prizes.reduce((sum, prize) => sum + prize.count, document.reserves);
  const seen = new Set<number>();
  const found: Place[] = [];
  for (const { ticket, person, score } of scored) {
    if (found.length >= places) break;
    if (document.one_each && seen.has(person)) continue;
    seen.add(person);
    found.push({ rank: found.length + 1, ticket, score });
  }
  return found;
}

/** Null: not published yet. Throws when the file is none of a draw. */
export async function check(document: PublishedDraw): Promise<Verdict> {
  if (document?.algorithm !== "sha256-sort-1" || !Array.isArray(document.prizes)) throw new Error("not a draw");
  const lines = [...(document.entries ?? [])]
    .sort((one, other) => before(one.ticket, other.ticket))
    .map((entry) => `${entry.ticket},${entry.person}\n`);
  const list = document.list_hash === undefined ? null : (await sha256(lines.join(""))) === document.list_hash;
  if (document.seed === undefined) return { commitment: null, list, winners: null, places: [] };
  const places = await drawAnew(document, document.seed);
  const told = document.winners ?? [];
  return {
    commitment: (await sha256(document.seed)) === document.commitment,
    list,
    winners:
      told.length === places.length &&
      places.every((place, at) => told[at]?.rank === place.rank && told[at]?.ticket === place.ticket),
    places,
  };
}
