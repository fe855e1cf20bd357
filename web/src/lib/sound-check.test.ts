import { expect, test } from "vitest";
import { levelOf } from "./sound-check";

test("what a microphone gives is told in four words", () => {
  expect([0, 0.001, 0.01, 0.1, 0.5, 0.8].map(levelOf)).toEqual(["silent", "silent", "quiet", "fine", "fine", "loud"]);
});
