import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Empty, Pagination, Select, Spin, Tag } from "antd";
import { useState } from "react";
import { call, type Page } from "@/api/client";
import { ErrorNotice } from "@/components/ErrorNotice";
import { PageFrame } from "@/components/PageFrame";
import { SearchBox } from "@/components/SearchBox";
import { useListState } from "@/lib/list-state";
import { useCan } from "@/lib/session";
import { useText } from "@/lib/text";
import { clock, shortTime } from "@/lib/time";
import { categoriesQuery, changeCase, sourceOfCase, type ModelCase } from "@/features/recordings/api/recordings";
import { caseMessages } from "@/features/recordings/evidence-messages";
import { CaseForm } from "./CaseForm";
import { Player } from "./Player";

const STATE_COLOURS: Record<string, string> = { draft: "default", released: "green", withdrawn: "orange" };

function CaseCard({ one, curator, onEdit }: { one: ModelCase; curator: boolean; onEdit: () => void }) {
  const t = useText(caseMessages);
  const client = useQueryClient();
  const { message } = App.useApp();
  const change = useMutation({
    mutationFn: (state: "released" | "withdrawn") => changeCase(one.id, { state }),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["/api/model-cases"] }),
    onError: (error) => void message.error(error.message),
  });
  return (
    <Card
      size="small"
      data-testid="model-case"
      title={
        <div className="row wrap">
          <Tag color="blue">{one.category}</Tag>
          <b>{one.title}</b>
          <span className="quiet numbers small">{clock(one.to_s - one.from_s)}</span>
          {curator && (
            <Tag color={STATE_COLOURS[one.state] ?? "default"}>
              {t(one.state as "draft" | "released" | "withdrawn")}
            </Tag>
          )}
        </div>
      }
      extra={
        curator && (
          <div className="row">
            <Button size="small" onClick={onEdit}>
              {t("edit")}
            </Button>
            {one.state === "released" ? (
              <Button size="small" danger loading={change.isPending} onClick={() => change.mutate("withdrawn")}>
                {t("withdraw")}
              </Button>
            ) : (
              <Button
                size="small"
                type="primary"
                loading={change.isPending}
                onClick={() => change.mutate("released")}
                data-testid="release-case"
              >
                {t("release")}
              </Button>
            )}
          </div>
        )
      }
    >
      {one.comment && <p style={{ margin: "0 0 8px", whiteSpace: "pre-wrap" }}>{one.comment}</p>}
      {one.audible ? <Player source={sourceOfCase(one)} keys={false} /> : <span className="quiet">{t("gone")}</span>}
      <div className="row wrap quiet small" style={{ marginTop: 8 }}>
        {one.agents.length > 0 && <span>{t("agents", { names: one.agents.join("、") })}</span>}
        {one.line_name && <span>{one.line_name}</span>}
        <span className="grow" />
        <span>{t("by", { name: one.made_by_name ?? "—", at: shortTime(one.released_at ?? one.made_at) })}</span>
      </div>
    </Card>
  );
}

/** The library of model calls (典型案例库): agents hear what was released, curators keep it. */
export function CaseList() {
  const t = useText(caseMessages);
  const curator = useCan()("recordings.curate");
  const list = useListState(["q", "category", "state"]);
  const [editing, setEditing] = useState<ModelCase | null>(null);
  const { data: categories } = useQuery(categoriesQuery);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["/api/model-cases", list.query],
    queryFn: ({ signal }) => call<Page<ModelCase>>("GET", "/api/model-cases", { query: list.query, signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <PageFrame
      title={t("title")}
      testid="model-cases"
      filters={
        <>
          <SearchBox list={list} placeholder={t("search")} />
          <Select
            allowClear
            placeholder={t("allCategories")}
            value={list.value("category")}
            onChange={(category?: string) => list.set({ category })}
            options={Object.entries(categories?.items ?? {}).map(([value, n]) => ({ value, label: `${value} (${n})` }))}
            style={{ width: 180 }}
          />
          {curator && (
            <Select
              allowClear
              placeholder={t("state")}
              value={list.value("state")}
              onChange={(state?: string) => list.set({ state })}
              options={(["draft", "released", "withdrawn"] as const).map((value) => ({ value, label: t(value) }))}
              style={{ width: 120 }}
            />
          )}
        </>
      }
    >
      {isPending && <Spin />}
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      {data?.items.length === 0 && <Empty description={t(curator ? "empty" : "emptyAgent")} />}
      <div
        style={{ display: "grid", gap: 12, gridTemplateColumns: "repeat(auto-fill, minmax(min(100%, 460px), 1fr))" }}
      >
        {data?.items.map((one) => (
          <CaseCard key={one.id} one={one} curator={curator} onEdit={() => setEditing(one)} />
        ))}
      </div>
      {data && data.total > list.pageSize && (
        <Pagination
          current={list.page}
          pageSize={list.pageSize}
          total={data.total}
          showSizeChanger={false}
          onChange={(page) => list.set({ page })}
        />
      )}
      <CaseForm editing={editing} onClose={() => setEditing(null)} />
    </PageFrame>
  );
}
