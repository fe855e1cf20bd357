/* Keys for what is done a hundred times a day. Written as "F2", "Alt+R", "Mod+Enter", "3"; Mod is Ctrl, or Cmd on a Mac.
 * Plain characters are left alone while somebody types. */
import { useEffect, useRef } from "react";

interface Pressed {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** Whether a key event is this combination. Letters and digits go by their place on the keyboard; other signs by what was
 * typed, with or without Shift: where `*`, `#` or `?` stands differs from keyboard to keyboard. */
export function matches(combination: string, event: Pressed): boolean {
  const parts = combination.split("+");
  const key = parts.pop() ?? "";
  const mod = parts.includes("Mod");
  if (mod !== (event.ctrlKey || event.metaKey)) return false;
  if (parts.includes("Alt") !== event.altKey) return false;
  const sign = /^[^A-Z0-9]$/.test(key);
  if (parts.includes("Shift") !== event.shiftKey && !sign) return false;
  if (/^[A-Z]$/.test(key)) return event.code === `Key${key}`;
  if (/^[0-9]$/.test(key)) return event.code === `Digit${key}` || event.code === `Numpad${key}`;
  return event.key === key;
}

/** Whether typing goes into this element. */
export function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  return !!element?.closest?.(
    'input:not([type="radio"]):not([type="checkbox"]), textarea, select, [contenteditable="true"]',
  );
}

export type Shortcuts = Record<string, (() => void) | false | null | undefined>;

/** Listens for these combinations while the component is shown; a falsy action leaves the key alone. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (event.repeat || event.isComposing) return;
      for (const [combination, action] of Object.entries(latest.current)) {
        if (!action || !matches(combination, event)) continue;
        const plain = !combination.includes("+") && !/^F\d+$/.test(combination);
        if (plain && isTyping(event.target)) continue;
        event.preventDefault();
        action();
        return;
      }
    }
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
