import { describe, expect, it } from "vitest";
import { check, type PublishedDraw } from "./check";

// Printed by src/zuoxi/draws/fairness.py; tests/draws/test_fairness.py holds the other side to the same file.
import vectors from "../../../../tests/draws/published.json";

const document = vectors as PublishedDraw;

describe("checking a published draw", () => {
  it("agrees with the server", async () => {
    const verdict = await check(document);
    expect([verdict.commitment, verdict.list, verdict.winners]).toEqual([true, true, true]);
    expect(verdict.places.map((one) => one.ticket)).toEqual(document.winners?.map((one) => one.ticket));
  });

  it("finds out what was changed", async () => {
    expect((await check({ ...document, seed: "11".repeat(32) })).commitment).toBe(false);
    expect((await check({ ...document, entries: document.entries?.slice(1) ?? [] })).list).toBe(false);
    expect((await check({ ...document, winners: [...(document.winners ?? [])].reverse() })).winners).toBe(false);
    await expect(check({ ...document, algorithm: "coin" })).rejects.toThrow();
  });

  it("says what is not published yet", async () => {
    const earlier = { ...document };
    delete earlier.seed;
    delete earlier.winners;
    expect(await check(earlier)).toMatchObject({ commitment: null, list: true, winners: null });
  });
});
