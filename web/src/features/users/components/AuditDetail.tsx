import { common } from "@/lib/common-messages";
import { roleWords } from "@/lib/role-words";
import { useLabel, useText, type Text } from "@/lib/text";
import { detailWords, valueWords } from "@/features/users/audit-words";
import { messages } from "@/features/users/messages";

const CODES: Record<string, Text> = { ...roleWords, ...valueWords };

type Detail = Record<string, unknown>;
const isDetail = (value: unknown): value is Detail =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The particulars of an entry of the audit log, in words as far as there are any. */
export function AuditDetail({ detail }: { detail: Detail }) {
  const c = useText(common);
  const t = useText(messages);
  const label = useLabel();
  function shown(value: unknown, names: Record<string, Text>): string {
    if (value === null || value === undefined || value === "") return "—";
    if (typeof value === "boolean") return c(value ? "yes" : "no");
    if (Array.isArray(value)) return value.map((one) => shown(one, names)).join("、") || "—";
    if (!isDetail(value)) return typeof value === "string" ? label(names, value) : JSON.stringify(value);
    if ("from" in value && "to" in value) return `${shown(value["from"], names)} → ${shown(value["to"], names)}`;
    return JSON.stringify(value);
  }
  return (
    <span className="quiet small">
      {Object.entries(detail)
        .filter(([name]) => name !== "password")
        .map(([name, value]) => {
          const text = shown(value, name === "changed" ? detailWords : CODES);
          return (
            <span key={name} style={{ marginRight: 12 }}>
              {label(detailWords, name)}: {text}
            </span>
          );
        })}
      {"password" in detail && t("passwordReset")}
    </span>
  );
}
