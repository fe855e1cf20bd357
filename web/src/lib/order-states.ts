import type { Text } from "@/lib/text";

/** An order's life, in words. */
export const orderStateWords: Record<string, Text> = {
  submitted: ["待一审", "Awaiting audit"],
  returned_to_agent: ["退回坐席", "Returned to agent"],
  audited: ["待物流二审", "Awaiting dispatch audit"],
  cleared: ["待打单", "Cleared for dispatch"],
  labelled: ["待交接", "Labelled"],
  handed_over: ["已发货", "Handed over"],
  delivered: ["已签收", "Delivered"],
  refused: ["拒收", "Refused"],
  returned: ["已退回", "Returned"],
  cancelled: ["已取消", "Cancelled"],
};

export const orderStateColours: Record<string, string> = {
  submitted: "blue",
  returned_to_agent: "orange",
  audited: "geekblue",
  cleared: "purple",
  labelled: "cyan",
  handed_over: "cyan",
  delivered: "green",
  refused: "red",
  returned: "red",
  cancelled: "default",
};

/** The steps of that life, as the history shows them. */
export const stepWords: Record<string, Text> = {
  submit: ["提交", "Submitted"],
  mend: ["修改", "Mended"],
  resubmit: ["重新提交", "Resubmitted"],
  approve: ["一审通过", "Approved"],
  send_back: ["一审退回", "Sent back"],
  clear: ["二审通过", "Cleared"],
  dispatch_send_back: ["二审退回", "Sent back from dispatch"],
  label: ["生成快递单", "Waybill made"],
  print: ["打印快递单", "Label printed"],
  reprint: ["补打快递单", "Label reprinted"],
  hand_over: ["交接发货", "Handed over"],
  deliver: ["签收", "Delivered"],
  refuse: ["拒收", "Refused"],
  take_back: ["退回", "Taken back"],
  cancel: ["取消", "Cancelled"],
};

export const paymentWords: Record<string, Text> = {
  cod: ["货到付款", "Cash on delivery"],
  paid: ["已付款", "Paid"],
};
