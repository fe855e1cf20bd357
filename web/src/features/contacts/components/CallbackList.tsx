import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, DatePicker, Modal, Segmented, Tag } from "antd";
import { useState } from "react";
import { AskReason } from "@/components/AskReason";
import { PageFrame } from "@/components/PageFrame";
import { QueryTable } from "@/components/QueryTable";
import { useListState } from "@/lib/list-state";
import { reasonWords } from "@/lib/reason-words";
import { useLabel, useText } from "@/lib/text";
import { useCommand, useDesk, useDeskView } from "@/lib/seat/desk-context";
import { dateTime } from "@/lib/time";
import { finishCallback, postponeCallback, type Callback } from "@/features/contacts/api/contacts";
import { messages } from "@/features/contacts/messages";

/** Callers who were missed, the oldest first, and what came of calling them back. */
export function CallbackList() {
  const t = useText(messages);
  const label = useLabel();
  const client = useQueryClient();
  const { message } = App.useApp();
  const list = useListState(["state", "mine"], { state: "open" });
  const desk = useDesk();
  const view = useDeskView();
  const { busy, run } = useCommand();
  const [later, setLater] = useState<Callback | null>(null);
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
  const postponing = useMutation({
    mutationFn: (until: string) => (later ? postponeCallback(later.id, until) : Promise.resolve()),
    onSuccess: () => {
      setLater(null);
      void client.invalidateQueries({ queryKey: ["/api/callbacks"] });
      void message.success(t("saved"));
    },
    onError: (error) => void message.error(error.message),
  });
  const seated = !!view.agent && view.agent.state !== "signed_out";
  const ask = (name: string, command: string, row: Callback) =>
    void run(name, async () => {
      await desk.command(command, { task: row.contact_id });
      void client.invalidateQueries({ queryKey: ["/api/callbacks"] });
    });
  return (
    <PageFrame
      title={t("callbacks")}
      testid="callbacks"
      filters={
        <>
          <Segmented
            value={state}
            onChange={(value) => list.set({ state: value })}
            options={(["open", "done", "dropped", "given_up"] as const).map((value) => ({ value, label: t(value) }))}
          />
          <Checkbox
            checked={list.value("mine") === "true"}
            onChange={(event) => list.set({ mine: event.target.checked ? "true" : undefined })}
          >
            {t("mine")}
          </Checkbox>
        </>
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
          {
            title: t("reason"),
            dataIndex: "reason",
            render: (reason: string, row) => (
              <>
                {label(reasonWords, reason)} {row.kept_place && <Tag color="gold">{t("keptPlace")}</Tag>}
              </>
            ),
          },
          {
            title: t("attempts"),
            dataIndex: "attempts",
            render: (count: number, row) =>
              [String(count), row.last_result && label(reasonWords, row.last_result)].filter(Boolean).join(" · "),
          },
          ...(state === "open"
            ? [
                {
                  title: t("nextTurn"),
                  key: "next",
                  render: (_: unknown, row: Callback) => (
                    <>
                      {row.stage && <Tag>{t(`stage_${row.stage as "waiting"}`)}</Tag>}
                      {row.agent_name ?? <span className="numbers">{dateTime(row.due_at)}</span>}
                    </>
                  ),
                },
                {
                  key: "actions",
                  width: 200,
                  fixed: "right" as const,
                  render: (_: unknown, row: Callback) => (
                    <div className="row" style={{ flexWrap: "wrap" }}>
                      {seated && (
                        <Button
                          size="small"
                          type="primary"
                          loading={busy === `dial-${row.id}`}
                          onClick={() => ask(`dial-${row.id}`, "dial_callback", row)}
                          data-testid="callback-row-dial"
                        >
                          {t("dial")}
                        </Button>
                      )}
                      {seated && row.stage !== "taken" && (
                        <Button size="small" onClick={() => ask("take", "take_callback", row)}>
                          {t("take")}
                        </Button>
                      )}
                      <Button size="small" onClick={() => setLater(row)} data-testid="callback-later">
                        {t("later")}
                      </Button>
                      <Button
                        size="small"
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
                {
                  title: t("result"),
                  dataIndex: "result",
                  render: (result: string | null) => (result ? label(reasonWords, result) : "—"),
                },
                {
                  title: t("doneBy"),
                  key: "by",
                  render: (_: unknown, row: Callback) => `${row.done_by_name ?? ""} ${dateTime(row.done_at)}`,
                },
              ]),
        ]}
      />
      <Modal
        open={later !== null}
        title={later && t("laterTitle", { number: later.number })}
        onCancel={() => setLater(null)}
        footer={null}
        destroyOnHidden
      >
        <DatePicker
          showTime={{ format: "HH:mm" }}
          format="YYYY-MM-DD HH:mm"
          disabled={postponing.isPending}
          onOk={(when) => postponing.mutate(when.toISOString())}
          data-testid="callback-until"
        />
      </Modal>
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
