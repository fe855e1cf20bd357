import { App, Button } from "antd";
import { useState } from "react";
import { useShortcuts } from "@/lib/keyboard";
import { Digits } from "@/features/desk/state/digits";
import { useDesk } from "@/lib/seat/desk-context";
import styles from "./CallBar.module.css";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

/** Tones to the other side, by mouse or by the keyboard's digits while it is open. */
export function Keypad() {
  const desk = useDesk();
  const { message } = App.useApp();
  const [digits] = useState(() => new Digits((some) => desk.command("dtmf", { digits: some })));
  const [sent, setSent] = useState("");
  const press = (digit: string) => {
    setSent((before) => (before + digit).slice(-12));
    digits.press(digit).catch((error: unknown) => void message.error((error as Error).message));
  };
  useShortcuts(Object.fromEntries(KEYS.map((key) => [key, () => press(key)])));
  return (
    <div data-testid="keypad">
      <div className={styles.sent}>{sent || " "}</div>
      <div className={styles.pad}>
        {KEYS.map((key) => (
          <Button key={key} onClick={() => press(key)} data-testid={`key-${key}`}>
            {key}
          </Button>
        ))}
      </div>
    </div>
  );
}
