import { Input, Tag } from "antd";
import { DateRange } from "@/components/DateRange";
import { PageFrame } from "@/components/PageFrame";
import { QueryTable } from "@/components/QueryTable";
import { useListState } from "@/lib/list-state";
import { useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import type { AuditEntry } from "@/features/users/api/users";
import { messages } from "@/features/users/messages";

/** Who did or saw what. */
export function AuditLog() {
  const t = useText(messages);
  const list = useListState(["from", "to", "action", "kind"]);
  const filter = (name: "action" | "kind", placeholder: string) => (
    <Input.Search
      allowClear
      placeholder={placeholder}
      defaultValue={list.value(name)}
      onSearch={(text) => list.set({ [name]: text.trim() || undefined })}
      style={{ width: 160 }}
    />
  );
  return (
    <PageFrame
      title={t("logTitle")}
      testid="audit-log"
      filters={
        <>
          <DateRange list={list} />
          {filter("action", t("action"))}
          {filter("kind", t("kindFilter"))}
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
          { title: t("action"), dataIndex: "action", width: 150, render: (action: string) => <Tag>{action}</Tag> },
          { title: t("object"), dataIndex: "kind", width: 120 },
          {
            title: "ID",
            dataIndex: "object_id",
            render: (id: string) => <span className="quiet small numbers">{id}</span>,
          },
          {
            title: t("detail"),
            dataIndex: "detail",
            render: (detail: object) => (
              <span className="quiet small">{Object.keys(detail).length > 0 && JSON.stringify(detail)}</span>
            ),
          },
        ]}
      />
    </PageFrame>
  );
}
