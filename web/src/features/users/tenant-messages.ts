import { define } from "@/lib/text";

export const tenantMessages = define({
  title: ["租户", "Tenants"],
  hint: [
    "租户之间完全隔离：这里只有名称和状态，看不到租户自己的资料。",
    "Tenants are walled off from each other: here are their names and states, nothing of what is theirs.",
  ],
  name: ["名称", "Name"],
  own: ["本租户", "yours"],
  status: ["状态", "State"],
  active: ["启用", "Active"],
  locked: ["停用", "Locked"],
  created: ["建立于", "Created"],
  add: ["新增租户", "Add a tenant"],
  rename: ["改名", "Rename"],
  renameOf: ["改名：{name}", "Rename {name}"],
  made: ["租户「{name}」已建立", "{name} was made"],
  handOver: [
    "请把管理员账号和密码转交给对方，密码只显示这一次。",
    "Hand the administrator's user name and password over; the password is shown this once.",
  ],
  administratorLogin: ["管理员账号", "Administrator's user name"],
  administratorName: ["管理员姓名", "Administrator's name"],
  passwordHint: [
    "管理员密码自动生成，保存后显示一次。",
    "The administrator's password is made up and shown once after saving.",
  ],
  lock: ["停用", "Lock"],
  unlock: ["启用", "Unlock"],
  lockOf: ["停用「{name}」？", "Lock {name}?"],
  unlockOf: ["重新启用「{name}」？", "Unlock {name}?"],
  lockSure: ["停用后该租户的所有人将无法登录。", "Nobody of this tenant will be able to sign in."],
});
