import { expect, it, vi } from "vitest";
import { holdSession, sessionIsOver, whenSessionEnds } from "./session-end";

it("ends a session at once between calls, and after the call when it runs out in one", () => {
  const forget = vi.fn();
  whenSessionEnds(forget);
  sessionIsOver();
  expect(forget).toHaveBeenCalledTimes(1);
  holdSession(true);
  sessionIsOver();
  sessionIsOver();
  expect(forget).toHaveBeenCalledTimes(1);
  holdSession(false);
  expect(forget).toHaveBeenCalledTimes(2);
  holdSession(false);
  expect(forget).toHaveBeenCalledTimes(2);
});
