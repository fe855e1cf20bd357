import { define } from "@/lib/text";

/** Codes about a caller that the server may send, in words. */
export const callerMessages = define({
  potential: ["潜在客户", "Potential"],
  newCaller: ["新客户", "New caller"],
  blacklisted: ["黑名单", "Blacklisted"],
  callback: ["有未完成回拨", "Callback open"],
  callback_pending: ["有未完成回拨", "Callback open"],
  complaint: ["投诉过", "Complained before"],
  refused_before: ["曾拒收", "Refused a parcel"],
  returned_order: ["有退回订单", "Order returned"],
  ordinary: ["普通", "Ordinary"],
  unknown_caller: ["未登记", "Not registered"],
  gave_up_last_time: ["上次没等到接听", "Gave up last time"],
  caller_rule: ["留意：命中来电规则", "Take care: a rule met this caller"],
  first_call: ["首次来电", "First call"],
  new: ["新客", "New"],
  regular: ["老客户", "Regular"],
  loyal: ["忠实客户", "Loyal"],
  dormant: ["沉睡客户", "Dormant"],
  high_value: ["高价值", "High value"],
});
