import { define } from "@/lib/text";

export const messages = define({
  returned: ["有 {n} 张订单被退回，等您修改", "{n} orders came back for you to mend"],
  mend: ["去修改", "Mend"],
  myCalls: ["我的最近通话", "My latest calls"],
  noCalls: ["还没有通话", "No calls yet"],
});
