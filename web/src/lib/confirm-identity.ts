/* Some changes are so grave that the server asks for the password again. Whoever sent the change does not notice: the
 * request waits for the answer of a window, and is then sent once more. */

let ask: (() => Promise<boolean>) | null = null;
let asking: Promise<boolean> | null = null;

/** The window that asks; null when it is gone. */
export function whenIdentityIsAsked(window: (() => Promise<boolean>) | null): void {
  ask = window;
}

/** Asks once, however many requests wait for it. False: the user gave up. */
export function confirmIdentity(): Promise<boolean> {
  asking ??= (ask?.() ?? Promise.resolve(false)).finally(() => (asking = null));
  return asking;
}
