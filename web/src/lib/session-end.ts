/* A session may run out while somebody speaks with a customer. The page then waits with asking for the password until
 * the call and its wrap-up are over: leaving would hang up. */

let held = false;
let over = false;
let forget: () => void = () => undefined;

/** What is done once a session is over. */
export function whenSessionEnds(action: () => void): void {
  forget = action;
}

/** The server no longer knows the session. */
export function sessionIsOver(): void {
  if (held) over = true;
  else forget();
}

/** While held, the end of the session waits. */
export function holdSession(hold: boolean): void {
  held = hold;
  if (held || !over) return;
  over = false;
  forget();
}
