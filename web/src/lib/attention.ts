/** Blinks the tab's title while something waits for an answer, for agents who look at another tab. */
export class Attention {
  private timer: ReturnType<typeof setInterval> | undefined;
  private title = "";

  start(text: string): void {
    if (this.timer) return;
    this.title = document.title;
    let on = false;
    this.timer = setInterval(() => {
      on = !on;
      document.title = on ? text : this.title;
    }, 700);
  }

  stop(): void {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = undefined;
    document.title = this.title;
  }
}
