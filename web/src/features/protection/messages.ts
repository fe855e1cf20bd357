import { define } from "@/lib/text";

export const messages = define({
  title: ["SIP 防护", "SIP protection"],
  hint: [
    "扫描号码、猜测密码或发送畸形报文的地址会被自动拒绝一段时间；中继线路和本系统的地址永不封禁。",
    "Addresses that scan, guess passwords or send garbage are refused for a while. The trunk and the centre itself never are.",
  ],
  now: ["封禁中", "Refused now"],
  past: ["已解除", "Over"],
  address: ["地址", "Address"],
  reason: ["原因", "Reason"],
  count: ["次数", "Times"],
  since: ["开始", "Since"],
  until: ["到期", "Until"],
  lifted: ["解除", "Lifted"],
  expired: ["到期", "expired"],
  lift: ["解除", "Lift"],
  liftSure: ["允许 {address} 再次访问？", "Let {address} in again?"],
  ban: ["封禁地址", "Refuse an address"],
  hours: ["时长（小时）", "Hours"],
  note: ["备注", "Note"],
  nothing: ["目前没有被封禁的地址", "No address is refused"],
});

export const reasonWords = define({
  stranger: ["扫描不存在的号码", "asked under made-up names"],
  wrong_password: ["猜测密码", "guessed passwords"],
  unanswered: ["反复请求不验证", "asked again and again without a password"],
  malformed: ["畸形报文", "sent garbage"],
  by_hand: ["人工封禁", "by hand"],
});
