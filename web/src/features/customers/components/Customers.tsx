import { Checkbox, Tabs, Tag } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { PageFrame } from "@/components/PageFrame";
import { QueryTable } from "@/components/QueryTable";
import { SearchBox } from "@/components/SearchBox";
import { useListState } from "@/lib/list-state";
import { useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import type { Customer } from "@/features/customers/api/customers";
import { messages } from "@/features/customers/messages";
import { Blacklist } from "./Blacklist";
import { CustomerDrawer } from "./CustomerDrawer";

function CustomerList() {
  const t = useText(messages);
  const list = useListState(["q", "vip", "potential"]);
  const [open, setOpen] = useState<string | null>(null);
  const flag = (name: "vip" | "potential", text: string) => (
    <Checkbox
      checked={list.value(name) === "true"}
      onChange={(event) => list.set({ [name]: event.target.checked ? "true" : undefined })}
    >
      {text}
    </Checkbox>
  );
  return (
    <div className="stack">
      <div className="row wrap">
        <SearchBox list={list} placeholder={t("search")} width={280} />
        {flag("vip", t("vipOnly"))}
        {flag("potential", t("potentialOnly"))}
      </div>
      <QueryTable<Customer>
        path="/api/customers"
        list={list}
        onOpen={({ id }) => setOpen(id)}
        columns={[
          {
            title: t("name"),
            dataIndex: "name",
            sorter: true,
            render: (name: string, row) => (
              <>
                <b>{name || <span className="quiet">{t("unnamed")}</span>}</b> {row.vip && <Tag color="gold">VIP</Tag>}
                {row.potential && <Tag color="purple">{t("potential")}</Tag>}
              </>
            ),
          },
          {
            title: t("numbers"),
            key: "numbers",
            render: (_, row) => <span className="numbers">{row.numbers.map((number) => number.shown).join("，")}</span>,
          },
          {
            title: t("place"),
            key: "place",
            render: (_, row) => <span className="quiet">{row.numbers[0]?.place}</span>,
          },
          { title: t("segment"), dataIndex: "segment" },
          { title: t("interest"), dataIndex: "potential_interest" },
          {
            title: t("updated"),
            dataIndex: "updated_at",
            sorter: true,
            render: (at: string) => <span className="numbers">{dateTime(at)}</span>,
          },
        ]}
      />
      <CustomerDrawer id={open} onClose={() => setOpen(null)} />
    </div>
  );
}

/** Customers and the blacklist. */
export function Customers() {
  const t = useText(messages);
  const [search, setSearch] = useSearchParams();
  return (
    <PageFrame title={t("title")} testid="customers">
      <Tabs
        activeKey={search.get("tab") ?? "list"}
        onChange={(tab) => setSearch({ tab }, { replace: true })}
        destroyOnHidden
        items={[
          { key: "list", label: t("title"), children: <CustomerList /> },
          { key: "blacklist", label: t("blacklist"), children: <Blacklist /> },
        ]}
      />
    </PageFrame>
  );
}
