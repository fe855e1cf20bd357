import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Segmented, Select, Statistic, Tag } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { AskReason } from "@/components/AskReason";
import { ErrorNotice } from "@/components/ErrorNotice";
import { QueryTable } from "@/components/QueryTable";
import { useListState } from "@/lib/list-state";
import { useCan } from "@/lib/session";
import { useLabel, useText } from "@/lib/text";
import { clock, dateTime } from "@/lib/time";
import { checkNow, checksQuery, explainFinding, type Finding } from "@/features/recordings/api/recordings";
import { checkMessages, kindWords, todoWords } from "@/features/recordings/evidence-messages";
import { RecordingDrawer } from "./RecordingDrawer";

const NARROW = { minWidth: 150, maxWidth: 200, whiteSpace: "normal" } as const;

function Subject({ finding }: { finding: Finding }) {
  const t = useText(checkMessages);
  const {
    at,
    talked_s: talked,
    heard_s: heard,
  } = finding.detail as { at?: string; talked_s?: number; heard_s?: number };
  if (finding.kind === "orphan") {
    return <div style={{ ...NARROW, wordBreak: "break-all", fontSize: 12 }}>{finding.subject}</div>;
  }
  return (
    <>
      <span className="numbers">{dateTime(at)}</span>{" "}
      <span className="quiet small">
        {heard !== undefined
          ? t("heard", { talked: clock(talked ?? 0), heard: clock(heard) })
          : talked !== undefined && t("talked", { talked: clock(talked) })}
      </span>
    </>
  );
}

/** Do calls, recordings and files agree? What does not, and what to do about it. */
export function Checks() {
  const t = useText(checkMessages);
  const label = useLabel();
  const manager = useCan()("recordings.manage");
  const navigate = useNavigate();
  const client = useQueryClient();
  const { message } = App.useApp();
  const list = useListState(["kind", "state"]);
  const [explaining, setExplaining] = useState<string | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const { data, error, refetch } = useQuery(checksQuery);
  const last = data?.items[0];
  const waiting = Object.values(data?.open ?? {}).reduce((sum, n) => sum + n, 0);
  const begin = useMutation({
    mutationFn: checkNow,
    onSuccess: () => void message.success(t("started")),
    onError: (fault) => void message.error(fault.message),
  });
  const explain = useMutation({
    mutationFn: (note: string) => explainFinding(explaining ?? "", note),
    onSuccess: () => {
      setExplaining(null);
      void client.invalidateQueries({ queryKey: ["/api/recordings/findings"] });
      void refetch();
    },
    onError: (fault) => void message.error(fault.message),
  });
  const counts = (last?.counts ?? {}) as Record<string, number | undefined>;
  return (
    <div className="stack">
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      <div className="panel row wrap" style={{ padding: "12px 20px", gap: 36 }} data-testid="check-counts">
        {(["contacts", "recordings", "files", "verified"] as const).map((name) => (
          <Statistic key={name} title={t(name)} value={last ? (counts[name] ?? 0) : "—"} />
        ))}
        <Statistic
          title={t("waiting")}
          value={data ? waiting : "—"}
          styles={{ content: { color: waiting ? "#c43d3d" : "#15924a" } }}
        />
        <span className="grow" />
        <div className="stack" style={{ alignItems: "flex-end", gap: 6 }}>
          <span className="quiet">{last ? t("last", { at: dateTime(last.finished_at) }) : t("never")}</span>
          {manager && (
            <Button loading={begin.isPending} onClick={() => begin.mutate()} data-testid="check-now">
              {t("now")}
            </Button>
          )}
        </div>
      </div>
      <div className="row wrap">
        <Segmented
          value={list.value("state") ?? "open"}
          onChange={(state) => list.set({ state })}
          options={[
            { value: "open", label: t("open") },
            { value: "explained", label: t("explained") },
            { value: "resolved", label: t("resolved") },
            { value: "all", label: t("allStates") },
          ]}
        />
        <Select
          allowClear
          placeholder={t("kind")}
          value={list.value("kind")}
          onChange={(kind?: string) => list.set({ kind })}
          style={{ width: 220 }}
          options={Object.keys(kindWords).map((kind) => ({
            value: kind,
            label: `${label(kindWords, kind)}${data?.open[kind] ? ` (${data.open[kind]})` : ""}`,
          }))}
        />
      </div>
      <QueryTable<Finding>
        path="/api/recordings/findings"
        list={list}
        refetchEvery={10_000}
        testid="findings"
        empty={t("fine")}
        columns={[
          {
            title: t("kind"),
            dataIndex: "kind",
            width: 190,
            render: (kind: string) => <Tag color="red">{label(kindWords, kind)}</Tag>,
          },
          { title: t("subject"), key: "subject", render: (_: unknown, row) => <Subject finding={row} /> },
          {
            title: t("found"),
            dataIndex: "found_at",
            sorter: true,
            width: 150,
            render: (at: string) => <span className="numbers">{dateTime(at)}</span>,
          },
          {
            title: t("todo"),
            key: "todo",
            render: (_: unknown, row) => {
              if (row.state === "open") {
                return (
                  <div className="quiet" style={NARROW}>
                    {label(todoWords, row.kind)}
                  </div>
                );
              }
              return (
                <div style={NARROW}>
                  {row.note ? t("by", { name: row.closed_by_name ?? "", note: row.note }) : t("bySelf")}
                </div>
              );
            },
          },
          {
            key: "act",
            title: "",
            width: 200,
            render: (_: unknown, row) => (
              <>
                {row.contact_id && (
                  <Button
                    size="small"
                    type="link"
                    onClick={() =>
                      row.recording_id ? setOpen(row.recording_id) : void navigate(`/contacts?open=${row.contact_id}`)
                    }
                  >
                    {t("show")}
                  </Button>
                )}
                {manager && row.state === "open" && (
                  <Button size="small" onClick={() => setExplaining(row.id)} data-testid="explain">
                    {t("explain")}
                  </Button>
                )}
              </>
            ),
          },
        ]}
      />
      <AskReason
        open={explaining !== null}
        title={t("explainTitle")}
        busy={explain.isPending}
        onCancel={() => setExplaining(null)}
        onReason={(note) => explain.mutate(note)}
      />
      <RecordingDrawer id={open} onClose={() => setOpen(null)} />
    </div>
  );
}
