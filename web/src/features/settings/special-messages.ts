import { define } from "@/lib/text";

export const specialMessages = define({
  day: ["日期", "Day"],
  days: ["日期（可选一段）", "Days (from – until)"],
  kind: ["类型", "Kind"],
  holiday: ["节假日", "Holiday"],
  make_up: ["调休上班", "Make-up workday"],
  name: ["名称", "Name"],
  namePlaceholder: ["例如：国庆节", "e.g. National Day"],
  hours: ["服务时间", "Hours"],
  closed: ["全天休息", "Closed all day"],
  partly: ["部分时段服务", "Open for some hours"],
  like: ["按{day}的时间服务", "Hours of a {day}"],
  likeLabel: ["按哪一天的时间服务", "Works like a"],
  scope: ["适用热线", "Hotlines"],
  everyHotline: ["全部热线", "All hotlines"],
  everyHint: [
    "不选则适用于全部热线；全天服务的热线和不按节假日休息的热线除外。单条热线的设置优先。",
    "None chosen: all hotlines, but those that are always open or keep no holidays. A hotline's own day goes first.",
  ],
  scopeHint: ["单条热线的设置优先于全部热线", "A hotline's own day goes before that of all hotlines"],
  add: ["新增特殊日期", "Add special days"],
  editOf: ["修改：{day}", "Change {day}"],
  year: ["{year} 年", "{year}"],
  none: ["这一年还没有节假日或调休", "No holidays or make-up workdays in this year yet"],
  removeSure: ["删除 {day}？这一天将恢复按周的服务时间。", "Delete {day}? It follows its weekday again."],
  tooMany: ["一次最多 {n} 天", "At most {n} days at once"],
});
