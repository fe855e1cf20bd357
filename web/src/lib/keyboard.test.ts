import { describe, expect, it } from "vitest";
import { matches } from "./keyboard";

const key = (part: Partial<Parameters<typeof matches>[1]>) => ({
  key: "",
  code: "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...part,
});

describe("shortcuts", () => {
  it("go by the place of a letter, so that Alt on a Mac, which types another sign, works", () => {
    expect(matches("Alt+R", key({ key: "®", code: "KeyR", altKey: true }))).toBe(true);
    expect(matches("Alt+R", key({ key: "r", code: "KeyR" }))).toBe(false);
  });
  it("take digits from the number pad", () => {
    expect(matches("3", key({ key: "3", code: "Numpad3" }))).toBe(true);
  });
  it("take a sign however it is typed", () => {
    expect(matches("*", key({ key: "*", code: "Digit8", shiftKey: true }))).toBe(true);
    expect(matches("*", key({ key: "*", code: "NumpadMultiply" }))).toBe(true);
    expect(matches("#", key({ key: "#", code: "Digit3", shiftKey: true }))).toBe(true);
    expect(matches("#", key({ key: "#", code: "Backslash" }))).toBe(true);
    expect(matches("8", key({ key: "*", code: "Digit8", shiftKey: true }))).toBe(false);
    expect(matches("#", key({ key: "#", code: "Digit3", ctrlKey: true, shiftKey: true }))).toBe(false);
  });
  it("do not fire with another modifier", () => {
    expect(matches("F2", key({ key: "F2", code: "F2", ctrlKey: true }))).toBe(false);
    expect(matches("Mod+Enter", key({ key: "Enter", code: "Enter", metaKey: true }))).toBe(true);
  });
});
