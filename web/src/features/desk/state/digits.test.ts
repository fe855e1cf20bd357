import { describe, expect, it } from "vitest";
import { Digits } from "./digits";

describe("tones", () => {
  it("go in the order of the keys, also the same one twice, however slow the line is", async () => {
    const sent: string[] = [];
    const done: (() => void)[] = [];
    const digits = new Digits((some) => {
      sent.push(some);
      return new Promise<void>((resolve) => done.push(resolve));
    });
    const pressed = ["1", "1", "2", "1"].map((digit) => digits.press(digit));
    expect(sent).toEqual(["1"]);
    done[0]?.();
    await Promise.resolve();
    expect(sent).toEqual(["1", "121"]);
    done[1]?.();
    await Promise.all(pressed);
    const last = digits.press("#");
    expect(sent).toEqual(["1", "121", "#"]);
    done[2]?.();
    await last;
  });

  it("that could not be sent are not sent later", async () => {
    const sent: string[] = [];
    let fails = true;
    const digits = new Digits((some) => {
      sent.push(some);
      return fails ? Promise.reject(new Error("away")) : Promise.resolve();
    });
    const both = [digits.press("1"), digits.press("2")];
    for (const one of both) await expect(one).rejects.toThrow("away");
    fails = false;
    await digits.press("3");
    expect(sent).toEqual(["1", "3"]);
  });
});
