import { useEffect, useRef } from "react";
import { isTyping, matches } from "@/lib/keyboard";

interface Actions {
  undo: () => void;
  redo: () => void;
  save: () => void;
  copy: () => void;
  paste: () => void;
}

/** The usual keys of editing: Ctrl+Z, Ctrl+Y or Ctrl+Shift+Z, Ctrl+S, Ctrl+C, Ctrl+V. In a field that is typed in they are
 * the field's own, but for saving. Read only: copying alone is left. */
export function useCanvasKeys(actions: Actions, readOnly: boolean): void {
  const latest = useRef({ actions, readOnly });
  useEffect(() => {
    latest.current = { actions, readOnly };
  });
  useEffect(() => {
    const elsewhere = (target: EventTarget | null) =>
      isTyping(target) || !!(target as HTMLElement | null)?.closest?.("[role=dialog]")?.checkVisibility();
    function onKey(event: KeyboardEvent) {
      const { actions: act, readOnly: fixed } = latest.current;
      if (fixed) return;
      const save = matches("Mod+S", event);
      if (!save && elsewhere(event.target)) return;
      const run = save
        ? act.save
        : matches("Mod+Z", event)
          ? act.undo
          : matches("Mod+Y", event) || matches("Mod+Shift+Z", event)
            ? act.redo
            : null;
      if (!run) return;
      event.preventDefault();
      run();
    }
    // The browser says what its user's keys or menu for copying are.
    function onCopy(event: ClipboardEvent) {
      if (!elsewhere(event.target) && !window.getSelection()?.toString()) latest.current.actions.copy();
    }
    function onPaste(event: ClipboardEvent) {
      if (!elsewhere(event.target) && !latest.current.readOnly) latest.current.actions.paste();
    }
    window.addEventListener("keydown", onKey);
    document.addEventListener("copy", onCopy);
    document.addEventListener("paste", onPaste);
    return () => {
      window.removeEventListener("keydown", onKey);
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("paste", onPaste);
    };
  }, []);
}
