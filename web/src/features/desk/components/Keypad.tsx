import { Button } from "antd";
import { useState } from "react";
import { useShortcuts } from "@/lib/keyboard";
import { useCommand, useDesk } from "@/lib/seat/desk-context";
import styles from "./CallBar.module.css";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

/** Tones to the other side, by mouse or by the keyboard's digits while it is open. */
export function Keypad() {
  const desk = useDesk();
  const { run } = useCommand();
  const [sent, setSent] = useState("");
  const press = (digit: string) => {
    setSent((before) => (before + digit).slice(-12));
    void run(`dtmf-${digit}`, () => desk.command("dtmf", { digits: digit }));
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
