import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, DatePicker, Modal, Popconfirm, Segmented, Select, Tag } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { Clip } from "@/components/Clip";
import { PageFrame } from "@/components/PageFrame";
import { QueryTable } from "@/components/QueryTable";
import { SearchBox } from "@/components/SearchBox";
import { useListState } from "@/lib/list-state";
import { useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import { changeRefusal, confirmRule, endRule, refusalQuery, type Rule } from "@/features/caller-rules/api/rules";
import { messages } from "@/features/caller-rules/messages";
import { RuleForm } from "./RuleForm";

const STATES = ["in_force", "review", "ended", "all"] as const;

/** Rules against callers: whom, what is done, on whose word, until when, and how often they met somebody. */
export function RuleList() {
  const t = useText(messages);
  const client = useQueryClient();
  const { message } = App.useApp();
  const list = useListState(["state", "q"], { state: "in_force" });
  const [editing, setEditing] = useState<Rule | null | undefined>(undefined);
  const [keeping, setKeeping] = useState<Rule | null>(null);
  const [until, setUntil] = useState<Dayjs | null>(null);
  const refusal = useQuery(refusalQuery);
  const state = list.value("state") ?? "all";
  const fresh = () => {
    void client.invalidateQueries({ queryKey: ["/api/caller-rules"] });
    void message.success(t("saved"));
  };
  const failed = (error: Error) => void message.error(error.message);
  const end = useMutation({ mutationFn: endRule, onSuccess: fresh, onError: failed });
  const keep = useMutation({
    mutationFn: () =>
      keeping ? confirmRule(keeping.id, until?.endOf("day").toISOString() ?? null) : Promise.resolve(),
    onSuccess: () => {
      setKeeping(null);
      fresh();
    },
    onError: failed,
  });
  const refuse = useMutation({
    mutationFn: changeRefusal,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: refusalQuery.queryKey });
      void message.success(t("saved"));
    },
    onError: failed,
  });
  const whom = (row: Rule) => {
    const counts = { calls: row.calls ?? 0, minutes: row.minutes ?? 0 };
    if (row.kind === "repeated") return `${t("repeated")} · ${t("counted", counts)}`;
    if (row.kind === "silent") return `${t("silent")} · ${t("silentCounted", counts)}`;
    return row.kind === "withheld" ? t("withheld") : null;
  };
  const done = (row: Rule) => {
    if (row.action === "flag") return t("flag");
    if (row.action === "priority")
      return t("priorityBy", { points: row.priority > 0 ? `+${row.priority}` : row.priority });
    const what = row.block_minutes ? t("blockFor", { minutes: row.block_minutes }) : t("block");
    return `${what} · ${t(row.refuse_with)}`;
  };
  return (
    <PageFrame
      title={t("title")}
      testid="caller-rules"
      filters={
        <>
          <Segmented
            value={state}
            onChange={(value) => list.set({ state: value === "all" ? "" : value })}
            options={STATES.map((value) => ({ value, label: t(value) }))}
          />
          <SearchBox list={list} placeholder={t("search")} />
          <Button type="primary" onClick={() => setEditing(null)} data-testid="add-rule">
            {t("add")}
          </Button>
          <span className="quiet small">{t("blacklistWith")}</span>
          <Select
            value={refusal.data?.refuse_with ?? "message"}
            loading={refusal.isPending}
            onChange={(value) => refuse.mutate(value)}
            options={(["message", "busy"] as const).map((value) => ({ value, label: t(value) }))}
            style={{ width: 170 }}
            aria-label={t("blacklistWith")}
          />
        </>
      }
    >
      <p className="quiet small">{t("hint")}</p>
      <QueryTable<Rule>
        path="/api/caller-rules"
        list={list}
        empty={t(state === "review" ? "emptyReview" : "empty")}
        columns={[
          {
            title: t("kind"),
            key: "whom",
            render: (_, row) =>
              whom(row) ?? (
                <>
                  {row.kind === "prefix" && <span className="quiet">{t("prefix")} </span>}
                  <b className="numbers">{row.pattern}</b> <span className="quiet small">{row.number_place}</span>
                </>
              ),
          },
          { title: t("action"), key: "action", render: (_, row) => done(row) },
          { title: t("why"), dataIndex: "why", render: (why: string) => <Clip wide={200}>{why}</Clip> },
          {
            title: t("made"),
            dataIndex: "made_at",
            sorter: true,
            render: (at: string, row) => (
              <>
                {row.made_by_name ?? t("system")} <span className="quiet small numbers">{dateTime(at)}</span>
              </>
            ),
          },
          {
            title: t("expires"),
            dataIndex: "expires_at",
            sorter: true,
            render: (at: string | null, row) => (
              <>
                <span className="numbers">{at ? dateTime(at) : t("never")}</span>{" "}
                {row.state === "review" && <Tag color="orange">{t("review")}</Tag>}
                {row.state === "ended" && <Tag>{t("ended")}</Tag>}
                {row.state !== "ended" && row.expired && <Tag>{t("expired")}</Tag>}
              </>
            ),
          },
          {
            title: t("hits"),
            key: "hits",
            width: 130,
            render: (_, row) => (
              <>
                <span className="numbers">{row.hits}</span>{" "}
                {row.last_hit_at && (
                  <span className="quiet small">{t("lastHit", { at: dateTime(row.last_hit_at) })}</span>
                )}
              </>
            ),
          },
          {
            key: "acts",
            width: 190,
            render: (_, row) =>
              row.state === "ended" ? null : (
                <div className="row">
                  {row.state === "review" ? (
                    <Button
                      size="small"
                      type="primary"
                      onClick={() => {
                        setUntil(null);
                        setKeeping(row);
                      }}
                      data-testid="keep-rule"
                    >
                      {t("confirm")}
                    </Button>
                  ) : (
                    <Button size="small" onClick={() => setEditing(row)}>
                      {t("edit")}
                    </Button>
                  )}
                  <Popconfirm title={t("endSure")} onConfirm={() => end.mutate(row.id)}>
                    <Button size="small" danger>
                      {t("end")}
                    </Button>
                  </Popconfirm>
                </div>
              ),
          },
        ]}
      />
      <RuleForm
        rule={editing}
        onClose={() => setEditing(undefined)}
        onSaved={() => {
          setEditing(undefined);
          fresh();
        }}
      />
      <Modal
        open={keeping !== null}
        title={t("confirm")}
        onCancel={() => setKeeping(null)}
        onOk={() => keep.mutate()}
        confirmLoading={keep.isPending}
        destroyOnHidden
      >
        <p>{t("confirmHint")}</p>
        <DatePicker value={until} onChange={setUntil} placeholder={t("never")} />
      </Modal>
    </PageFrame>
  );
}
