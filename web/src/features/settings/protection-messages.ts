import { define } from "@/lib/text";

export const messages = define({
  dialLimits: ["外呼限制", "Dialling limits"],
  allowed: ["允许的号段", "Allowed destinations"],
  allowedHint: [
    "以 +86 这样的国家码或数字开头；最长匹配的号段决定。国际、声讯号码默认禁止。",
    "Beginnings such as +86 or digits; the longest that fits decides. International and premium numbers are off by default.",
  ],
  denied: ["禁止的号段", "Denied destinations"],
  concurrent: ["同时外呼上限（路）", "Outbound calls at once"],
  spend: ["每小时费用上限（元）", "Spending in an hour (yuan)"],
  longest: ["单次最长（分钟）", "Longest call (minutes)"],
  tariffs: ["资费", "Tariffs"],
  prefix: ["号段", "Prefix"],
  perMinute: ["每分钟（元）", "A minute (yuan)"],
  perCall: ["每次（元）", "A call (yuan)"],
  addTariff: ["添加资费", "Add a tariff"],
  saved: ["已保存", "Saved"],
  try: ["试拨检查", "Try a number"],
  tryHint: ["输入号码，看是否允许拨打", "A number, to see whether it may be dialled"],
  mayDial: ["可以拨打：{number}，首分钟 {price}", "May be dialled: {number}, first minute {price}"],
  sessions: ["登录的设备", "Where you are signed in"],
  here: ["本机", "this one"],
  seen: ["最近使用", "Last used"],
  signOutOne: ["退出", "Sign out"],
  signOutOthers: ["退出其他所有设备", "Sign out everywhere else"],
  signedOut: ["已退出", "Signed out"],
});
