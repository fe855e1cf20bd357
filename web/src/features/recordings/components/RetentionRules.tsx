import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, InputNumber, Switch, Table, Tag } from "antd";
import { useState } from "react";
import { ErrorNotice } from "@/components/ErrorNotice";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";
import { dropRetention, retentionQuery, setRetention, type Retention } from "@/features/recordings/api/recordings";
import { retentionMessages } from "@/features/recordings/evidence-messages";

function Days({ rule, onSave }: { rule: Retention; onSave: (days: number | null) => void }) {
  const t = useText(retentionMessages);
  const c = useText(common);
  const [days, setDays] = useState<number | null>(rule.days);
  return (
    <div className="row">
      <InputNumber
        min={1}
        max={36500}
        precision={0}
        value={days}
        placeholder={t("forever")}
        onChange={setDays}
        style={{ width: 120 }}
        data-testid="retention-days"
      />
      {days !== rule.days && (
        <Button size="small" type="primary" onClick={() => onSave(days)} data-testid="save-retention">
          {c("save")}
        </Button>
      )}
      {days === null && <span className="quiet">{t("forever")}</span>}
    </div>
  );
}

/** For how long the sound of each project is kept. */
export function RetentionRules() {
  const t = useText(retentionMessages);
  const client = useQueryClient();
  const { message } = App.useApp();
  const { data, error, isPending, refetch } = useQuery(retentionQuery);
  const done = {
    onSuccess: () => void client.invalidateQueries({ queryKey: retentionQuery.queryKey }),
    onError: (fault: Error) => void message.error(fault.message),
  };
  const save = useMutation({
    mutationFn: ({ project_id, days, keep_cases }: Pick<Retention, "project_id" | "days" | "keep_cases">) =>
      setRetention({ project_id, days, keep_cases }),
    ...done,
  });
  const drop = useMutation({ mutationFn: (id: string) => dropRetention(id), ...done });
  return (
    <div className="stack">
      <span className="quiet">{t("hint")}</span>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      {data && (
        <Alert
          type={data.due ? "warning" : "info"}
          showIcon
          title={data.due ? t("due", { n: data.due }) : t("nothingDue")}
          data-testid="retention-due"
        />
      )}
      <Table<Retention>
        className="panel"
        size="middle"
        loading={isPending}
        rowKey={(row) => row.project_id ?? "all"}
        dataSource={data?.items ?? []}
        pagination={false}
        scroll={{ x: "max-content" }}
        columns={[
          {
            title: t("project"),
            key: "project",
            render: (_, row) =>
              row.project_id ? (
                <>
                  {row.project_name} <span className="quiet small">{row.client_name}</span>
                </>
              ) : (
                <b>{t("everyone")}</b>
              ),
          },
          {
            title: t("days"),
            key: "days",
            width: 320,
            render: (_, row) => (
              <Days
                key={`${row.days}`}
                rule={row}
                onSave={(days) => save.mutate({ project_id: row.project_id, days, keep_cases: row.keep_cases })}
              />
            ),
          },
          {
            title: t("keepCases"),
            key: "cases",
            width: 220,
            render: (_, row) => (
              <Switch
                size="small"
                checked={row.keep_cases}
                onChange={(keep_cases) => save.mutate({ project_id: row.project_id, days: row.days, keep_cases })}
              />
            ),
          },
          {
            key: "own",
            title: "",
            width: 200,
            render: (_, row) =>
              row.project_id &&
              (row.own ? (
                <>
                  <Tag color="blue">{t("ownRule")}</Tag>
                  <Button size="small" type="link" onClick={() => drop.mutate(row.project_id ?? "")}>
                    {t("useDefault")}
                  </Button>
                </>
              ) : (
                <span className="quiet">{t("follows")}</span>
              )),
          },
        ]}
      />
    </div>
  );
}
