import { expect, test } from "vitest";
import { breakLeft } from "./break-time";

const end = (ends_at: number | null) => ({ ends_at, what: "stay" as const, warns: true });

test("a break without a limit has nothing to count", () => {
  expect(breakLeft(null, 0)).toBeNull();
  expect(breakLeft(undefined, 0)).toBeNull();
  expect(breakLeft(end(null), 0)).toBeNull();
});

test("it is marked two minutes before its limit, and over it", () => {
  const now = 1_700_000_000_000;
  const stages = [121, 120, 1, 0, -30].map((left) => breakLeft(end(now / 1000 + left), now)?.stage);
  expect(stages).toEqual(["fine", "amber", "amber", "over", "over"]);
  expect(breakLeft(end(now / 1000 - 30), now)?.left).toBe(-30);
});
