import { define } from "@/lib/text";

export const messages = define({
  desk: ["坐席", "Desk"],
  orders: ["订单", "Orders"],
  returned: ["退回", "Returned"],
  audit: ["一审", "Audit"],
  dispatch: ["物流", "Dispatch"],
  customers: ["客户", "Customers"],
  contacts: ["通话", "Calls"],
  callbacks: ["回拨", "Callbacks"],
  wallboard: ["看板", "Wallboard"],
  catalogue: ["商品", "Catalogue"],
  users: ["人员", "People"],
  lines: ["线路", "Lines"],
  projects: ["项目", "Projects"],
  auditLog: ["审计", "Log"],
  protection: ["防护", "Protection"],
  tenants: ["租户", "Tenants"],
  me: ["我的设置", "My settings"],
  signOut: ["退出登录", "Sign out"],
  unreachable: ["连不上服务器", "The server cannot be reached"],
  unreachableHint: ["请检查网络，或稍后再试。", "Check the network, or try again in a moment."],
});
