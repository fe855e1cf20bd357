import { Tag } from "antd";
import { useText } from "@/lib/text";
import type { Pop } from "@/lib/seat/frames";
import { callerMessages } from "./caller-messages";

const colours: Record<string, string> = {
  blacklisted: "red",
  complaint: "red",
  caller_rule: "red",
  callback: "orange",
  callback_pending: "orange",
  gave_up_last_time: "orange",
};

/** VIP, segment, potential and what else was flagged about the caller. */
export function CallerTags({ pop }: { pop: Pop | null }) {
  const t = useText(callerMessages);
  if (!pop) return null;
  const { customer, flags } = pop;
  return (
    <>
      {customer?.vip && (
        <Tag color="gold" data-testid="caller-vip">
          VIP
        </Tag>
      )}
      {customer?.segment && customer.segment !== "VIP" && (
        <Tag color="blue">
          {customer.segment in callerMessages ? t(customer.segment as keyof typeof callerMessages) : customer.segment}
        </Tag>
      )}
      {customer?.potential && <Tag color="purple">{t("potential")}</Tag>}
      {!customer && <Tag color="green">{t("newCaller")}</Tag>}
      {flags
        .filter((flag) => !["vip", "potential", "new", "unknown", "unknown_caller"].includes(flag))
        .map((flag) => (
          <Tag key={flag} color={colours[flag] ?? "default"}>
            {flag in callerMessages ? t(flag as keyof typeof callerMessages) : flag}
          </Tag>
        ))}
    </>
  );
}
