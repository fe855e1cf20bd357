import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Select } from "antd";
import { useState } from "react";
import { Clip } from "@/components/Clip";
import { QueryTable } from "@/components/QueryTable";
import { StateTag } from "@/components/order/StateTag";
import { randomId } from "@/lib/ids";
import { useListState } from "@/lib/list-state";
import { money } from "@/lib/money";
import type { Order } from "@/lib/orders";
import { useText } from "@/lib/text";
import { couriersQuery, makeWaybills } from "@/features/dispatch/api/shipping";
import { messages } from "@/features/dispatch/messages";

/** Cleared orders: choose a courier, and they get their waybills, all or none. */
export function ToLabel({ onMade }: { onMade: () => void }) {
  const t = useText(messages);
  const client = useQueryClient();
  const { message } = App.useApp();
  const list = useListState([], { sort: "created_at" });
  const { data: couriers } = useQuery(couriersQuery);
  const [chosen, setChosen] = useState<string[]>([]);
  const [courier, setCourier] = useState<string | null>(null);
  const [key, setKey] = useState(randomId);
  const active = (couriers ?? []).filter((one) => one.active);
  const taken = courier ?? active.find((one) => one.free_numbers > 0)?.id ?? null;
  const make = useMutation({
    mutationFn: () => makeWaybills(chosen, taken ?? "", key),
    onSuccess: (made) => {
      setChosen([]);
      void message.success(t("made", { n: made.length }));
      onMade();
    },
    onError: (error) => void message.error(error.message),
    onSettled: () => {
      setKey(randomId());
      void client.invalidateQueries({ queryKey: ["/api/orders"] });
      void client.invalidateQueries({ queryKey: ["/api/couriers"] });
      void client.invalidateQueries({ queryKey: ["/api/waybills"] });
    },
  });
  return (
    <div className="stack" data-testid="to-label">
      <div className="row wrap">
        <Select
          placeholder={t("chooseCourier")}
          value={taken}
          onChange={setCourier}
          style={{ width: 260 }}
          options={active.map((one) => ({
            value: one.id,
            label: `${one.name} · ${t("left", { n: one.free_numbers })}`,
            disabled: one.free_numbers === 0,
          }))}
          data-testid="courier"
        />
        <Button
          type="primary"
          disabled={chosen.length === 0 || !taken}
          loading={make.isPending}
          onClick={() => make.mutate()}
          data-testid="make-waybills"
        >
          {t("make", { n: chosen.length })}
        </Button>
      </div>
      <QueryTable<Order>
        path="/api/orders"
        list={list}
        fixed={{ state: "cleared" }}
        refetchEvery={10_000}
        empty={t("noneToLabel")}
        rowSelection={{
          selectedRowKeys: chosen,
          onChange: (keys) => setChosen(keys as string[]),
          preserveSelectedRowKeys: true,
        }}
        columns={[
          { title: t("order"), dataIndex: "number", render: (number: string) => <b className="numbers">{number}</b> },
          { title: t("state"), dataIndex: "state", render: (state: string) => <StateTag state={state} /> },
          { title: t("recipient"), dataIndex: "recipient" },
          { title: t("region"), dataIndex: "region" },
          { title: t("lines"), dataIndex: "lines_text", render: (text: string) => <Clip>{text}</Clip> },
          {
            title: t("cod"),
            key: "cod",
            align: "right",
            render: (_, row) => (
              <span className="numbers">{row.payment === "cod" ? money(row.amount_minor, row.currency) : "—"}</span>
            ),
          },
        ]}
      />
    </div>
  );
}
