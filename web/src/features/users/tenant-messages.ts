import { define } from "@/lib/text";

export const tenantMessages = define({
  title: ["租户", "Tenants"],
  name: ["名称", "Name"],
  status: ["状态", "State"],
  active: ["启用", "Active"],
  locked: ["停用", "Locked"],
  created: ["建立于", "Created"],
  add: ["新增租户", "Add a tenant"],
  administratorLogin: ["管理员账号", "Administrator's user name"],
  administratorName: ["管理员姓名", "Administrator's name"],
  password: ["管理员密码（只显示这一次）", "Administrator's password (shown this once)"],
  lock: ["停用", "Lock"],
  unlock: ["启用", "Unlock"],
  lockSure: ["停用后该租户的所有人将无法登录。", "Nobody of this tenant will be able to sign in."],
});
