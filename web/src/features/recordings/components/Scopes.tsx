import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Select, Table, Tag } from "antd";
import { ErrorNotice } from "@/components/ErrorNotice";
import { roleWords } from "@/lib/role-words";
import { useLabel, useText } from "@/lib/text";
import { projectsQuery, scopesQuery, setScope, type Scope } from "@/features/recordings/api/recordings";
import { scopeMessages } from "@/features/recordings/evidence-messages";

/** Who hears the calls of which projects. */
export function Scopes() {
  const t = useText(scopeMessages);
  const label = useLabel();
  const client = useQueryClient();
  const { message } = App.useApp();
  const { data, error, isPending, refetch } = useQuery(scopesQuery);
  const { data: projects } = useQuery(projectsQuery);
  const save = useMutation({
    mutationFn: ({ id, project_ids }: { id: string; project_ids: string[] }) => setScope(id, project_ids),
    onSuccess: () => {
      void message.success(t("saved"));
      void client.invalidateQueries({ queryKey: scopesQuery.queryKey });
    },
    onError: (fault) => void message.error(fault.message),
  });
  return (
    <div className="stack">
      <span className="quiet">{t("hint")}</span>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      <Table<Scope>
        className="panel"
        size="middle"
        rowKey="user_id"
        loading={isPending}
        dataSource={data?.items ?? []}
        pagination={{ hideOnSinglePage: true, pageSize: 50 }}
        scroll={{ x: "max-content" }}
        columns={[
          {
            title: t("person"),
            key: "person",
            width: 320,
            render: (_, row) => (
              <span className="row wrap" style={{ gap: 4 }}>
                {row.name} <span className="quiet numbers">{row.number}</span>
                {row.roles.map((role) => (
                  <Tag key={role}>{label(roleWords, role)}</Tag>
                ))}
              </span>
            ),
          },
          {
            title: t("projects"),
            key: "projects",
            render: (_, row) => (
              <Select
                mode="multiple"
                allowClear
                style={{ width: "100%", minWidth: 260, maxWidth: 560 }}
                placeholder={t("allProjects")}
                value={row.project_ids}
                options={projects?.items.map(({ id, name }) => ({ value: id, label: name })) ?? []}
                onChange={(project_ids: string[]) => save.mutate({ id: row.user_id, project_ids })}
                data-testid="scope-projects"
              />
            ),
          },
        ]}
      />
    </div>
  );
}
