import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Empty, Input, Switch, Table, Tag } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { CallButton } from "@/components/CallButton";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useCan } from "@/lib/session";
import { useLabel, useText } from "@/lib/text";
import { drawsKey, settleWinner, winnersQuery, type Draw, type Winner } from "@/features/draws/api/draws";
import { callbackWords, messages } from "@/features/draws/messages";

const colours = { to_call: "orange", reached: "green", not_reached: "default", reserve: "blue" } as const;

/** Who won, whether they were reached, and who comes up instead. */
export function Winners({ draw }: { draw: Draw }) {
  const t = useText(messages);
  const label = useLabel();
  const can = useCan();
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const [reveal, setReveal] = useState(false);
  const { data, error, isPending, refetch } = useQuery({
    ...winnersQuery(draw.id, reveal),
    enabled: draw.state === "drawn",
  });
  const settle = useMutation({
    mutationFn: ({ id, ...body }: { id: string; reached: boolean; note: string }) => settleWinner(draw.id, id, body),
    onSuccess: () => client.invalidateQueries({ queryKey: drawsKey }),
    onError: (fault) => void message.error(fault.message),
  });
  if (draw.state !== "drawn") return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("notDrawn")} />;
  const mayCall = can("draws.manage") || can("callbacks.work");
  const ask = (winner: Winner, reached: boolean) => {
    let note = "";
    void modal.confirm({
      title: t(reached ? "reached" : "notReached"),
      content: (
        <div className="stack">
          {!reached && t("notReachedSure")}
          <Input placeholder={t("settleNote")} maxLength={200} onChange={(event) => (note = event.target.value)} />
        </div>
      ),
      okButtonProps: { "data-testid": "settle-sure" },
      onOk: () => settle.mutateAsync({ id: winner.id, reached, note }),
    });
  };
  return (
    <div className="stack">
      {can("customers.reveal") && (
        <label className="row" style={{ cursor: "pointer" }}>
          <Switch size="small" checked={reveal} onChange={setReveal} data-testid="reveal" /> {t("reveal")}
        </label>
      )}
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      <Table<Winner>
        size="middle"
        className="panel"
        rowKey="id"
        loading={isPending}
        dataSource={data?.items ?? []}
        pagination={{ pageSize: 50, hideOnSinglePage: true }}
        scroll={{ x: "max-content" }}
        data-testid="winners"
        onRow={(row) => ({ "data-testid": `winner-${row.rank}` }) as React.HTMLAttributes<HTMLElement>}
        columns={[
          { title: t("rank"), dataIndex: "rank", width: 70 },
          { title: t("prize"), dataIndex: "prize", render: (prize: string | null) => prize ?? "—" },
          { title: t("ticket"), dataIndex: "ticket", render: (text: string) => <b className="numbers">{text}</b> },
          {
            title: t("number"),
            key: "number",
            render: (_, row) =>
              row.contact_id && can("contacts.read") ? (
                <Link to={`/contacts?open=${row.contact_id}`} className="numbers">
                  {row.number}
                </Link>
              ) : (
                <span className="numbers">{row.number}</span>
              ),
          },
          {
            title: t("call"),
            key: "state",
            render: (_, row) => (
              <>
                <Tag color={colours[row.state]}>{t(`call_${row.state}`)}</Tag>
                {row.state === "to_call" && row.contact_id && <CallButton target={{ contact: row.contact_id }} />}{" "}
                {row.callback_state && <Link to="/callbacks">{label(callbackWords, row.callback_state)}</Link>}{" "}
                {row.note && <span className="quiet">{row.note}</span>}
              </>
            ),
          },
          ...(mayCall
            ? [
                {
                  key: "act",
                  render: (_: unknown, row: Winner) =>
                    row.state === "to_call" && (
                      <div className="row">
                        <Button size="small" type="primary" onClick={() => ask(row, true)} data-testid="reached">
                          {t("reached")}
                        </Button>
                        <Button size="small" onClick={() => ask(row, false)} data-testid="not-reached">
                          {t("notReached")}
                        </Button>
                      </div>
                    ),
                },
              ]
            : []),
        ]}
      />
    </div>
  );
}
