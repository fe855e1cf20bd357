import type { Text } from "@/lib/text";

/** An order's life, in words. */
export const orderStateWords: Record<string, Text> = {
  draft: ["草稿", "Draft"],
  submitted: ["待一审", "Awaiting audit"],
  returned_to_agent: ["退回坐席", "Returned to agent"],
  audited: ["待物流二审", "Awaiting dispatch audit"],
  cleared: ["待制单", "Cleared"],
  labelled: ["已制单", "Labelled"],
  handed_over: ["已交运", "Handed over"],
  delivered: ["已签收", "Delivered"],
  refused: ["拒收", "Refused"],
  returned: ["退回", "Returned"],
  cancelled: ["已取消", "Cancelled"],
};

export const orderStateColours: Record<string, string> = {
  draft: "default",
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

export const paymentWords: Record<string, Text> = {
  cod: ["货到付款", "Cash on delivery"],
  paid: ["已付款", "Paid"],
};
