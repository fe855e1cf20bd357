import type { Text } from "@/lib/text";

/** Why something ended or was decided, as the router says it. */
export const reasonWords: Record<string, Text> = {
  arrival: ["来电", "arrival"],
  transfer: ["转接", "transfer"],
  queue: ["按队列", "by the queue"],
  vip_group: ["VIP 组", "VIP group"],
  last_agent: ["上次接单的坐席", "agent of the last order"],
  reconnect: ["接回通话", "reconnected"],
  reconnect_failed: ["话机未能恢复", "phone did not come back"],
  caller_hung_up: ["客户挂机", "the caller hung up"],
  agent_hung_up: ["坐席挂机", "the agent hung up"],
  time_limit: ["等待超时", "waited too long"],
  blacklist: ["黑名单", "blacklist"],
  out_of_hours: ["非服务时间", "out of hours"],
  engine_lost: ["电话引擎中断", "the telephone engine was lost"],
  unknown_hotline: ["未配置的号码", "unknown hotline"],
  no_answer: ["无人应答", "no answer"],
  busy: ["话机忙", "busy"],
  rejected: ["拒接", "rejected"],
  unreachable: ["话机不可达", "unreachable"],
  failed: ["失败", "failed"],
  caller_gone: ["客户已挂机", "the caller was gone"],
  timed_out: ["等待超时", "timed out"],
  abandoned: ["客户放弃", "abandoned"],
  phone_changed: ["话机更换", "phone changed"],
};
