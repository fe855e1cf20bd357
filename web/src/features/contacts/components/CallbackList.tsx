import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Segmented } from "antd";
import { useState } from "react";
import { AskReason } from "@/components/AskReason";
import { PageFrame } from "@/components/PageFrame";
import { QueryTable } from "@/components/QueryTable";
import { useListState } from "@/lib/list-state";
import { reasonWords } from "@/lib/reason-words";
import { useLabel, useText } from "@/lib/text";
import { clock, dateTime } from "@/lib/time";
import { finishCallback, type Callback } from "@/features/contacts/api/contacts";
import { messages } from "@/features/contacts/messages";

/** Callers who were missed, the oldest first, and what came of calling them back. */
export function CallbackList() {
  const t = useText(messages);
  const label = useLabel();
  const client = useQueryClient();
  const { message } = App.useApp();
  const list = useListState(["state"], { state: "open" });
  const [closing, setClosing] = useState<{ row: Callback; dropped: boolean } | null>(null);
  const state = list.value("state") ?? "open";
  const mutation = useMutation({
    mutationFn: ({ result }: { result: string }) =>
      closing ? finishCallback(closing.row.id, result, closing.dropped) : Promise.resolve(),
    onSuccess: () => {
      setClosing(null);
      void client.invalidateQueries({ queryKey: ["/api/callbacks"] });
      void message.success(t("saved"));
    },
    onError: (error) => void message.error(error.message),
  });
  return (
    <PageFrame
      title={t("callbacks")}
      testid="callbacks"
      filters={
        <Segmented
          value={state}
          onChange={(value) => list.set({ state: value })}
          options={(["open", "done", "dropped"] as const).map((value) => ({ value, label: t(value) }))}
        />
      }
    >
      <QueryTable<Callback>
        path="/api/callbacks"
        list={list}
        refetchEvery={10_000}
        empty={t("noCallbacks")}
        columns={[
          {
            title: t("missed"),
            dataIndex: "created_at",
            width: 140,
            render: (at: string) => <span className="numbers">{dateTime(at)}</span>,
          },
          {
            title: t("number"),
            dataIndex: "number",
            render: (number: string, row) => (
              <>
                <b className="numbers" style={{ fontSize: 16 }}>
                  {number}
                </b>{" "}
                <span className="quiet small">{row.number_place}</span>
              </>
            ),
          },
          { title: t("customer"), dataIndex: "customer_name", render: (name: string | null) => name ?? "—" },
          {
            title: t("line"),
            key: "line",
            render: (_, row) => [row.line_name, row.queue_name].filter(Boolean).join(" / "),
          },
          { title: t("reason"), dataIndex: "reason", render: (reason: string) => label(reasonWords, reason) },
          {
            title: t("waited"),
            dataIndex: "waited_s",
            render: (value: number | null) => <span className="numbers">{value === null ? "—" : clock(value)}</span>,
          },
          ...(state === "open"
            ? [
                {
                  key: "actions",
                  width: 150,
                  render: (_: unknown, row: Callback) => (
                    <div className="row">
                      <Button
                        size="small"
                        type="primary"
                        onClick={() => setClosing({ row, dropped: false })}
                        data-testid="callback-done"
                      >
                        {t("finish")}
                      </Button>
                      <Button size="small" onClick={() => setClosing({ row, dropped: true })}>
                        {t("drop")}
                      </Button>
                    </div>
                  ),
                },
              ]
            : [
                { title: t("result"), dataIndex: "result" },
                {
                  title: t("doneBy"),
                  key: "by",
                  render: (_: unknown, row: Callback) => `${row.done_by_name ?? ""} ${dateTime(row.done_at)}`,
                },
              ]),
        ]}
      />
      <AskReason
        open={closing !== null}
        title={closing && t(closing.dropped ? "dropTitle" : "finishTitle", { number: closing.row.number })}
        presets={closing?.dropped ? [t("unreachable"), t("wrongNumber")] : [t("reached"), t("reachedNot")]}
        placeholder={t("result")}
        busy={mutation.isPending}
        onCancel={() => setClosing(null)}
        onReason={(result) => mutation.mutate({ result })}
      />
    </PageFrame>
  );
}
