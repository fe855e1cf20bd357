/* The sound of an offer, made here: two short double tones every two seconds. */

export class Ringer {
  private context: AudioContext | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;

  /** Browsers let a page sound only after a click or a key: call this from one. */
  unlock(): void {
    this.context ??= new AudioContext();
    void this.context.resume();
  }

  /** Whether the browser lets the page sound now. */
  get audible(): boolean {
    return this.context?.state === "running";
  }

  start(): void {
    if (this.timer) return;
    this.unlock();
    this.burst();
    this.timer = setInterval(() => this.burst(), 2_000);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Once, three short high tones: somebody needs help. */
  alarm(): void {
    this.unlock();
    for (const offset of [0, 0.22, 0.44]) this.tone(offset, 0.16, [1175, 1480]);
  }

  /** Once, one soft tone: something to read. */
  chime(): void {
    this.unlock();
    this.tone(0, 0.3, [880]);
  }

  private burst(): void {
    for (const offset of [0, 0.45]) this.tone(offset, 0.32);
  }

  private tone(offset: number, seconds: number, hertz: readonly number[] = [659, 830]): void {
    const context = this.context;
    if (!context || context.state !== "running") return;
    const from = context.currentTime + offset;
    const gain = context.createGain();
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(0.18, from + 0.02);
    gain.gain.setValueAtTime(0.18, from + seconds - 0.05);
    gain.gain.linearRampToValueAtTime(0, from + seconds);
    gain.connect(context.destination);
    for (const frequency of hertz) {
      const oscillator = context.createOscillator();
      oscillator.frequency.value = frequency;
      oscillator.connect(gain);
      oscillator.start(from);
      oscillator.stop(from + seconds);
    }
  }
}
