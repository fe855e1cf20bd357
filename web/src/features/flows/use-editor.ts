import { useCallback, useState } from "react";
import { begin, redo, step, undo, type History } from "./history";
import { copy, paste, type Clipping, type Drawing } from "./document";

const CLIPBOARD = "zuoxi.flow-clipboard";

export interface Editor {
  drawing: Drawing;
  /** Changed since this was last saved. */
  unsaved: boolean;
  canUndo: boolean;
  canRedo: boolean;
  change: (next: Drawing, tag?: string) => void;
  undo: () => void;
  redo: () => void;
  /** Begins anew with another drawing, as saved. */
  load: (drawing: Drawing) => void;
  /** This drawing is what the server holds now. */
  saved: (drawing: Drawing) => void;
}

/** The drawing in work, with undo and redo. */
export function useEditor(first: Drawing): Editor {
  const [history, setHistory] = useState<History<Drawing>>(() => begin(first));
  const [kept, setKept] = useState(first);
  const change = useCallback(
    (next: Drawing, tag?: string) => setHistory((before) => step(before, next, tag ?? null)),
    [],
  );
  const load = useCallback((drawing: Drawing) => {
    setHistory(begin(drawing));
    setKept(drawing);
  }, []);
  return {
    drawing: history.present,
    unsaved: history.present !== kept,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    change,
    undo: useCallback(() => setHistory(undo), []),
    redo: useCallback(() => setHistory(redo), []),
    load,
    saved: setKept,
  };
}

/** Copies of steps go from flow to flow and from tab to tab of this browser. */
export function copySteps(drawing: Drawing, ids: ReadonlySet<string>): void {
  const clipping = copy(drawing, ids);
  if (clipping.steps.length) localStorage.setItem(CLIPBOARD, JSON.stringify(clipping));
}

export function pasteSteps(drawing: Drawing): { drawing: Drawing; ids: string[] } | null {
  try {
    const clipping = JSON.parse(localStorage.getItem(CLIPBOARD) ?? "null") as Clipping | null;
    return clipping?.steps.length ? paste(drawing, clipping, { x: 40, y: 40 }) : null;
  } catch {
    return null;
  }
}
