/** Tones in the order of the keys, none lost: those pressed while some are on their way go together after them. */
export class Digits {
  private waiting = "";
  private sending: Promise<void> | null = null;

  constructor(private readonly send: (digits: string) => Promise<unknown>) {}

  /** Done when this digit, and all before it, are sent; rejects when they could not be (what waited is dropped then). */
  press(digit: string): Promise<void> {
    this.waiting += digit;
    this.sending ??= this.sendAll().finally(() => (this.sending = null));
    return this.sending;
  }

  private async sendAll(): Promise<void> {
    try {
      while (this.waiting) {
        const digits = this.waiting.slice(0, 32);
        this.waiting = this.waiting.slice(32);
        await this.send(digits);
      }
    } finally {
      this.waiting = "";
    }
  }
}
