import { FilePdfOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { QueryTable } from "@/components/QueryTable";
import { useListState } from "@/lib/list-state";
import { money } from "@/lib/money";
import { useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import { manifestAddress, type Manifest } from "@/features/dispatch/api/shipping";
import { messages } from "@/features/dispatch/messages";

/** Hand-overs to couriers, each with its sheet to sign. */
export function Manifests() {
  const t = useText(messages);
  const list = useListState([]);
  return (
    <QueryTable<Manifest>
      path="/api/manifests"
      list={list}
      testid="manifests"
      empty={t("noManifests")}
      columns={[
        {
          title: t("manifest"),
          dataIndex: "number",
          sorter: true,
          render: (number: string) => <b className="numbers">{number}</b>,
        },
        { title: t("courier"), dataIndex: "courier_name" },
        { title: t("parcels"), dataIndex: "parcels" },
        {
          title: t("cod"),
          dataIndex: "collect_minor",
          align: "right",
          render: (minor: number) => <span className="numbers">{money(minor)}</span>,
        },
        { title: t("by"), dataIndex: "by_name" },
        {
          title: t("at"),
          dataIndex: "created_at",
          sorter: true,
          render: (at: string) => <span className="numbers">{dateTime(at)}</span>,
        },
        {
          key: "pdf",
          render: (_, row) => (
            <Button
              size="small"
              icon={<FilePdfOutlined />}
              href={manifestAddress(row.id)}
              target="_blank"
              rel="noopener"
            >
              {t("openPdf")}
            </Button>
          ),
        },
      ]}
    />
  );
}
