import type { Text } from "@/lib/text";

export const roleWords: Record<string, Text> = {
  agent: ["坐席", "Agent"],
  supervisor: ["班长", "Supervisor"],
  auditor: ["审单员", "Auditor"],
  dispatcher: ["物流员", "Dispatcher"],
  tenant_administrator: ["管理员", "Administrator"],
  system_administrator: ["系统管理员", "System administrator"],
};
