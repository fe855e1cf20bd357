import type { Text } from "@/lib/text";

/** How a contact ended, in words. */
export const outcomeWords: Record<string, Text> = {
  served: ["自助完成", "Served"],
  answered: ["已接听", "Answered"],
  abandoned: ["客户放弃", "Abandoned"],
  timed_out: ["等待超时", "Timed out"],
  voicemail: ["留言", "Voicemail"],
  callback_requested: ["预约回拨", "Callback requested"],
  blocked: ["黑名单拦截", "Blocked"],
  closed: ["非服务时间", "Out of hours"],
  transferred_out: ["转出", "Transferred out"],
  failed: ["失败", "Failed"],
  turned_away: ["未能入队", "Turned away"],
};

export const outcomeColours: Record<string, string> = {
  served: "green",
  answered: "green",
  abandoned: "orange",
  timed_out: "red",
  voicemail: "blue",
  callback_requested: "blue",
  blocked: "default",
  closed: "default",
  transferred_out: "cyan",
  failed: "red",
  turned_away: "volcano",
};

/** What the timeline of a contact says happened: the router's facts. */
export const factWords: Record<string, Text> = {
  ContactStarted: ["来电", "Call arrived"],
  ContactQueued: ["进入队列", "Queued"],
  ContactOverflowed: ["溢出到其他队列", "Went on to another queue"],
  QueueLeft: ["离开队列", "Left the queue"],
  WaitAnnounced: ["播报排队信息", "Told while waiting"],
  ContactOffered: ["派给坐席", "Offered"],
  OfferEnded: ["派单未接", "Offer ended"],
  ContactAnswered: ["接通", "Answered"],
  ContactHeld: ["保持", "Held"],
  ContactResumed: ["取回", "Resumed"],
  ContactTransferred: ["转接", "Transferred"],
  PartyCalled: ["呼叫第三方", "Third party called"],
  PartyChanged: ["第三方参与", "Third party takes part"],
  PartyEnded: ["第三方退出", "Third party left"],
  ContactTakenOver: ["通话换手", "Taken over"],
  ContactForced: ["班长处置", "Supervisor stepped in"],
  HelpRaised: ["求助", "Help called"],
  HelpCleared: ["求助结束", "Help answered"],
  ContactEnded: ["结束", "Ended"],
  CallbackRecorded: ["生成回拨", "Callback recorded"],
  AgentStateChanged: ["坐席状态", "Agent state"],
  RecordingPaused: ["暂停录音（敏感信息）", "Recording paused"],
  RecordingResumed: ["恢复录音", "Recording goes on"],
  CallQualityChanged: ["通话质量", "Call quality"],
  WrapUpExtended: ["延长整理", "Wrap-up extended"],
  BreakLimitReached: ["小休超时", "Break over its limit"],
  WrapUpRecorded: ["小结", "Disposition"],
};
