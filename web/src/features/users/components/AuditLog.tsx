import { Select, Tag } from "antd";
import { DateRange } from "@/components/DateRange";
import { PageFrame } from "@/components/PageFrame";
import { QueryTable } from "@/components/QueryTable";
import { useListState } from "@/lib/list-state";
import { useLabel, useText, type Text } from "@/lib/text";
import { dateTime } from "@/lib/time";
import type { AuditEntry } from "@/features/users/api/users";
import { actionWords, kindWords } from "@/features/users/audit-words";
import { messages } from "@/features/users/messages";
import { AuditDetail } from "./AuditDetail";

/** Who did or saw what. */
export function AuditLog() {
  const t = useText(messages);
  const list = useListState(["from", "to", "action", "kind"]);
  const label = useLabel();
  const filter = (name: "action" | "kind", placeholder: string, words: Record<string, Text>) => (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      placeholder={placeholder}
      value={list.value(name)}
      onChange={(code?: string) => list.set({ [name]: code })}
      options={Object.keys(words).map((code) => ({ value: code, label: label(words, code) }))}
      style={{ width: 180 }}
      data-testid={`filter-${name}`}
    />
  );
  return (
    <PageFrame
      title={t("logTitle")}
      testid="audit-log"
      filters={
        <>
          <DateRange list={list} />
          {filter("action", t("action"), actionWords)}
          {filter("kind", t("kindFilter"), kindWords)}
        </>
      }
    >
      <QueryTable<AuditEntry>
        path="/api/audit-log"
        list={list}
        columns={[
          {
            title: t("when"),
            dataIndex: "at",
            sorter: true,
            width: 150,
            render: (at: string) => <span className="numbers">{dateTime(at)}</span>,
          },
          {
            title: t("who"),
            dataIndex: "user_name",
            width: 140,
            render: (name: string | null) => name ?? <span className="quiet">{t("system")}</span>,
          },
          {
            title: t("action"),
            dataIndex: "action",
            width: 150,
            render: (action: string) => <Tag>{label(actionWords, action)}</Tag>,
          },
          { title: t("object"), dataIndex: "kind", width: 150, render: (kind: string) => label(kindWords, kind) },
          {
            title: t("detail"),
            dataIndex: "detail",
            render: (detail: Record<string, unknown>) => <AuditDetail detail={detail} />,
          },
          {
            title: "ID",
            dataIndex: "object_id",
            render: (id: string) => (
              <span className="quiet small numbers" title={id}>
                {id.length > 12 ? `…${id.slice(-8)}` : id}
              </span>
            ),
          },
        ]}
      />
    </PageFrame>
  );
}
