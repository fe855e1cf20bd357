/* Is anybody there? A page left alone goes on asking the server for news. It says so with each request, and its session
 * may run out; while somebody types, clicks or sits at the desk, it is kept alive, even if nothing is asked for. */

const LATELY = 60_000;
const BEAT = 5 * 60_000;

let acted = Date.now();
let seated = false;
let beaten = 0;

for (const event of ["pointerdown", "keydown", "wheel", "touchstart"]) {
  window.addEventListener(event, () => (acted = Date.now()), { passive: true, capture: true });
}

/** Whether somebody used the page within the last minute, or a seat is taken in it. */
export function attended(): boolean {
  return seated || Date.now() - acted < LATELY;
}

/** A seat is taken: the agent is present, if only waiting for calls. */
export function sit(taken: boolean): void {
  seated = taken;
}

/** Calls `ask` (a request of no consequence) now and then while somebody is there. Returns what stops it. */
export function whileAttended(ask: () => void): () => void {
  const timer = window.setInterval(() => {
    if (!attended() || Date.now() - beaten < BEAT) return;
    beaten = Date.now();
    ask();
  }, 30_000);
  return () => window.clearInterval(timer);
}
