import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Select } from "antd";
import { PrinterOutlined } from "@ant-design/icons";
import { useState } from "react";
import { AskReason } from "@/components/AskReason";
import { Clip } from "@/components/Clip";
import { QueryTable } from "@/components/QueryTable";
import { SearchBox } from "@/components/SearchBox";
import { StateTag } from "@/components/order/StateTag";
import { randomId } from "@/lib/ids";
import { useListState } from "@/lib/list-state";
import { money } from "@/lib/money";
import { orderStateWords } from "@/lib/order-states";
import { useLabel, useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import { couriersQuery, handOver, printLabels, showPdf, type Waybill } from "@/features/dispatch/api/shipping";
import { messages } from "@/features/dispatch/messages";

/** Waybills: print their labels (once; again only with a reason) and hand the parcels over. */
export function Waybills({ onHandedOver }: { onHandedOver: () => void }) {
  const t = useText(messages);
  const label = useLabel();
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const list = useListState(["q", "state", "courier_id", "printed"], { state: "labelled" });
  const { data: couriers } = useQuery(couriersQuery);
  const [chosen, setChosen] = useState<Waybill[]>([]);
  const [asking, setAsking] = useState(false);
  const fresh = () => {
    void client.invalidateQueries({ queryKey: ["/api/waybills"] });
    void client.invalidateQueries({ queryKey: ["/api/orders"] });
  };
  const fail = (error: Error) => void message.error(error.message);
  const print = useMutation({
    mutationFn: ({ rows, reason }: { rows: Waybill[]; reason: string | null }) =>
      printLabels(
        rows.map(({ id }) => id),
        reason,
      ),
    // What was printed stays chosen: handing it over comes next.
    onSuccess: (pdf, { rows }) => {
      setAsking(false);
      showPdf(pdf);
      setChosen((before) => before.map((row) => (rows.includes(row) ? { ...row, prints: row.prints + 1 } : row)));
      fresh();
    },
    onError: fail,
  });
  const hand = useMutation({
    mutationFn: (rows: Waybill[]) =>
      handOver(
        rows.map(({ id }) => id),
        randomId(),
      ),
    onSuccess: (manifest) => {
      void message.success(t("handedOver", { number: manifest.number }));
      setChosen([]);
      fresh();
      void client.invalidateQueries({ queryKey: ["/api/manifests"] });
      onHandedOver();
    },
    onError: fail,
  });
  const first = chosen.filter((row) => row.prints === 0);
  const again = chosen.filter((row) => row.prints > 0);
  const ready = chosen.filter((row) => row.prints > 0 && row.state === "labelled");
  return (
    <div className="stack" data-testid="waybills">
      <div className="row wrap">
        <SearchBox list={list} placeholder={t("search")} width={200} />
        <Select
          allowClear
          placeholder={t("state")}
          value={list.value("state")}
          onChange={(state?: string) => list.set({ state })}
          options={["labelled", "handed_over", "delivered", "refused", "returned"].map((value) => ({
            value,
            label: label(orderStateWords, value),
          }))}
          style={{ width: 130 }}
        />
        <Select
          allowClear
          placeholder={t("courier")}
          value={list.value("courier_id")}
          onChange={(courier?: string) => list.set({ courier_id: courier })}
          options={(couriers ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          style={{ width: 150 }}
        />
        <Checkbox
          checked={list.value("printed") === "false"}
          onChange={(event) => list.set({ printed: event.target.checked ? "false" : undefined })}
        >
          {t("onlyUnprinted")}
        </Checkbox>
        <span className="grow" />
        {chosen.length > 0 && (
          <span className="quiet">
            {t("chosen", { n: chosen.length })}
            <Button type="link" size="small" onClick={() => setChosen([])}>
              {t("clear")}
            </Button>
          </span>
        )}
        <Button
          type="primary"
          icon={<PrinterOutlined />}
          disabled={first.length === 0}
          loading={print.isPending && !asking}
          onClick={() => print.mutate({ rows: first, reason: null })}
          data-testid="print-labels"
        >
          {t("print", { n: first.length })}
        </Button>
        <Button disabled={again.length === 0} onClick={() => setAsking(true)} data-testid="reprint">
          {t("reprint", { n: again.length })}
        </Button>
        <Button
          disabled={ready.length === 0}
          loading={hand.isPending}
          onClick={() =>
            modal.confirm({
              title: t("handOverSure", { n: ready.length }),
              onOk: () => hand.mutateAsync(ready).catch(() => undefined),
            })
          }
          data-testid="hand-over"
        >
          {t("handOver", { n: ready.length })}
        </Button>
      </div>
      <QueryTable<Waybill>
        path="/api/waybills"
        list={list}
        rowSelection={{
          selectedRowKeys: chosen.map(({ id }) => id),
          preserveSelectedRowKeys: true,
          onChange: (_, rows) =>
            setChosen((before) =>
              rows.map((row) => before.find(({ id, prints }) => id === row.id && prints > row.prints) ?? row),
            ),
        }}
        columns={[
          {
            title: t("number"),
            dataIndex: "number",
            sorter: true,
            render: (number: string) => <b className="numbers">{number}</b>,
          },
          { title: t("courier"), dataIndex: "courier_name" },
          {
            title: t("order"),
            dataIndex: "order_number",
            render: (number: string) => <span className="numbers">{number}</span>,
          },
          { title: t("state"), dataIndex: "state", render: (state: string) => <StateTag state={state} /> },
          { title: t("recipient"), dataIndex: "recipient" },
          { title: t("region"), dataIndex: "region", render: (region: string) => <Clip wide={200}>{region}</Clip> },
          {
            title: t("cod"),
            dataIndex: "collect_minor",
            align: "right",
            render: (minor: number, row) => <span className="numbers">{minor ? money(minor, row.currency) : "—"}</span>,
          },
          {
            title: t("printed"),
            dataIndex: "prints",
            render: (prints: number) =>
              prints ? t("times", { n: prints }) : <span style={{ color: "#c9730a" }}>{t("notYet")}</span>,
          },
          {
            title: t("created"),
            dataIndex: "created_at",
            sorter: true,
            render: (at: string) => <span className="numbers">{dateTime(at)}</span>,
          },
          {
            title: t("result"),
            dataIndex: "result_note",
            render: (note: string | null, row) =>
              row.result_at && <Clip wide={200}>{`${dateTime(row.result_at)} ${note ?? ""}`}</Clip>,
          },
        ]}
      />
      <AskReason
        open={asking}
        title={t("reprintWhy")}
        presets={[t("jammed"), t("damaged"), t("blurred")]}
        busy={print.isPending}
        onCancel={() => setAsking(false)}
        onReason={(reason) => print.mutate({ rows: again, reason })}
      />
    </div>
  );
}
