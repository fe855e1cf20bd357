import { define } from "@/lib/text";

export const messages = define({
  title: ["通话录音", "Recording"],
  none: ["还没有录音（刚结束的通话稍后可听）", "No recording yet (a call that just ended takes a moment)"],
  caller: ["客户", "Caller"],
  agent: ["坐席", "Agent"],
  play: ["播放", "Play"],
  pause: ["暂停", "Pause"],
  keys: ["空格 播放/暂停 · ← → 5 秒 · 点波形跳转", "Space plays · ← → 5 s · click to seek"],
  failed: ["播放失败，请重试", "Playing failed, try again"],
});
