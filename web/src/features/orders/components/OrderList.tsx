import { Button, Checkbox, Select } from "antd";
import { DownloadOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";
import { address } from "@/api/client";
import { Clip } from "@/components/Clip";
import { DateRange } from "@/components/DateRange";
import { PageFrame } from "@/components/PageFrame";
import { QueryTable } from "@/components/QueryTable";
import { SearchBox } from "@/components/SearchBox";
import { StateTag } from "@/components/order/StateTag";
import { useListState } from "@/lib/list-state";
import { money } from "@/lib/money";
import { orderStateWords } from "@/lib/order-states";
import type { Order } from "@/lib/orders";
import { useCan, useMe } from "@/lib/session";
import { useLabel, useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import { messages } from "@/features/orders/messages";
import { OrderDrawer } from "./OrderDrawer";

const FILTERS = ["q", "state", "agent_id", "customer_id", "from", "to"] as const;

export function useOrderColumns() {
  const t = useText(messages);
  return [
    {
      title: t("number"),
      dataIndex: "number",
      sorter: true,
      render: (number: string) => <b className="numbers">{number}</b>,
    },
    { title: t("state"), dataIndex: "state", sorter: true, render: (state: string) => <StateTag state={state} /> },
    {
      title: t("customer"),
      dataIndex: "customer_name",
      render: (name: string, row: Order) => (
        <>
          {name}
          <div className="quiet small">{row.region}</div>
        </>
      ),
    },
    { title: t("lines"), dataIndex: "lines_text", render: (text: string) => <Clip>{text}</Clip> },
    {
      title: t("amount"),
      dataIndex: "amount_minor",
      align: "right" as const,
      render: (minor: number, row: Order) => <span className="numbers">{money(minor, row.currency)}</span>,
    },
    { title: t("agent"), dataIndex: "agent_name" },
    {
      title: t("waybill"),
      dataIndex: "waybill_number",
      render: (number: string | null) => <span className="numbers">{number ?? "—"}</span>,
    },
    {
      title: t("created"),
      dataIndex: "created_at",
      sorter: true,
      render: (at: string) => <span className="numbers">{dateTime(at)}</span>,
    },
  ];
}

/** All orders that one may see, with filters kept in the address. */
export function OrderList({ renderRecording }: { renderRecording: (contactId: string) => ReactNode }) {
  const t = useText(messages);
  const label = useLabel();
  const me = useMe();
  const can = useCan();
  const list = useListState([...FILTERS, "order"]);
  const columns = useOrderColumns();
  const order = list.value("order");
  const filters = Object.fromEntries(FILTERS.map((name) => [name, list.value(name)]));
  return (
    <PageFrame
      title={t("title")}
      testid="orders"
      filters={
        <>
          <SearchBox list={list} placeholder={t("search")} width={290} />
          <Select
            allowClear
            placeholder={t("state")}
            value={list.value("state")}
            onChange={(state?: string) => list.set({ state })}
            options={Object.keys(orderStateWords).map((value) => ({ value, label: label(orderStateWords, value) }))}
            style={{ width: 150 }}
            data-testid="filter-state"
          />
          <DateRange list={list} />
          {can("orders.write") && (
            <Checkbox
              checked={list.value("agent_id") === me.user_id}
              onChange={(event) => list.set({ agent_id: event.target.checked ? me.user_id : undefined })}
            >
              {t("mine")}
            </Checkbox>
          )}
        </>
      }
      actions={
        <Button
          icon={<DownloadOutlined />}
          href={address("/api/orders/export", { ...filters, format: "xlsx" })}
          download
          data-testid="export"
        >
          {t("exportFile")}
        </Button>
      }
    >
      <QueryTable<Order>
        path="/api/orders"
        list={list}
        columns={columns}
        onOpen={({ id }) => list.set({ order: id, page: list.page })}
        empty={t("empty")}
        fixed={{ order: undefined }}
      />
      <OrderDrawer
        id={order ?? null}
        onClose={() => list.set({ order: undefined, page: list.page })}
        renderRecording={renderRecording}
      />
    </PageFrame>
  );
}

/** The agent's own orders that came back, to mend and send again. */
export function ReturnedOrders({ renderRecording }: { renderRecording: (contactId: string) => ReactNode }) {
  const t = useText(messages);
  const me = useMe();
  const list = useListState(["order"]);
  const columns = useOrderColumns();
  const why = {
    title: t("why"),
    dataIndex: "return_reason",
    render: (reason: string | null) => <b style={{ color: "#c9730a" }}>{reason}</b>,
  };
  return (
    <PageFrame title={t("returnedTitle")} testid="returned-orders">
      <QueryTable<Order>
        path="/api/orders"
        list={list}
        fixed={{ state: "returned_to_agent", agent_id: me.user_id, order: undefined }}
        columns={[columns[0], why, columns[2], columns[3], columns[4], columns[7]].filter(
          (column) => column !== undefined,
        )}
        onOpen={({ id }) => list.set({ order: id })}
        empty={t("noReturned")}
        refetchEvery={15_000}
      />
      <OrderDrawer
        id={list.value("order") ?? null}
        onClose={() => list.set({ order: undefined })}
        renderRecording={renderRecording}
      />
    </PageFrame>
  );
}
