/* Undo and redo over values that are never changed in place. Changes that carry the same tag and follow each other at once
 * (typing into one field) are one step. */

export interface History<T> {
  past: T[];
  present: T;
  future: T[];
  tag: string | null;
}

const LONGEST = 200;

export const begin = <T>(present: T): History<T> => ({ past: [], present, future: [], tag: null });

/** The next value; the same value is no step. */
export function step<T>(history: History<T>, next: T, tag: string | null = null): History<T> {
  if (next === history.present) return history;
  if (tag !== null && tag === history.tag) return { ...history, present: next, future: [] };
  return { past: [...history.past, history.present].slice(-LONGEST), present: next, future: [], tag };
}

export function undo<T>(history: History<T>): History<T> {
  const present = history.past.at(-1);
  if (present === undefined) return history;
  return { past: history.past.slice(0, -1), present, future: [history.present, ...history.future], tag: null };
}

export function redo<T>(history: History<T>): History<T> {
  const [present, ...future] = history.future;
  if (present === undefined) return history;
  return { past: [...history.past, history.present], present, future, tag: null };
}
