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
  removed: ["录音已于 {at} 删除：{why}", "The sound was removed on {at}: {why}"],
  byRetention: ["保留期 {days} 天已满", "kept for {days} days"],
  held: ["保全中", "On hold"],
  waiting: ["等待", "Waiting"],
  onHold: ["保持", "Held"],
  paused: ["录音暂停 {from}–{to}", "Recording paused {from}–{to}"],
  sealed: ["已加密", "Sealed"],
});

/** What the marks on a recording say. */
export const markWords = define({
  ContactQueued: ["排队", "Queued"],
  ContactAnswered: ["接通", "Answered"],
  ContactHeld: ["保持", "Held"],
  ContactResumed: ["取回", "Resumed"],
  ContactTransferred: ["转接", "Transferred"],
  ContactTakenOver: ["接管", "Taken over"],
  ContactForced: ["班长操作", "By a supervisor"],
  PartyJoined: ["加入通话", "Joined"],
  RecordingPaused: ["暂停录音", "Recording paused"],
  RecordingResumed: ["继续录音", "Recording resumed"],
  ContactEnded: ["结束", "Ended"],
});
