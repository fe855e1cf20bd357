/** How long to wait before attempt n (from 0), in milliseconds: doubling, capped, spread so that fifty desks do not
 * come back in the same instant. */
export function backoff(attempt: number, random: () => number = Math.random, first = 250, cap = 5_000): number {
  const full = Math.min(cap, first * 2 ** attempt);
  return full / 2 + random() * (full / 2);
}
