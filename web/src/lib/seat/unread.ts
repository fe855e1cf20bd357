/* Messages that nobody has read yet outlive a reload of the page, in this window. */
import type { Message } from "@/lib/seat/frames";

const STORED = "zuoxi.unread";
const KEPT = 50;

export function keepUnread(messages: Message[]): void {
  sessionStorage.setItem(STORED, JSON.stringify(messages.slice(-KEPT)));
}

export function unread(): Message[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(STORED) ?? "[]");
    return Array.isArray(kept) ? (kept as Message[]) : [];
  } catch {
    return [];
  }
}
