import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Popconfirm, Table, Tag, Typography } from "antd";
import { useState } from "react";
import { answer, api } from "@/api/client";
import { ErrorNotice } from "@/components/ErrorNotice";
import { PageFrame } from "@/components/PageFrame";
import { common } from "@/lib/common-messages";
import { useMe } from "@/lib/session";
import { useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import { tenantMessages } from "@/features/users/tenant-messages";
import { TenantForm, type Tenant } from "./TenantForm";

const KEY = ["/api/tenants"];

/** The tenants of the installation: names and whether they are locked, nothing of what is theirs. */
export function Tenants() {
  const t = useText(tenantMessages);
  const c = useText(common);
  const me = useMe();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [open, setOpen] = useState<Tenant | "new" | null>(null);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: KEY,
    queryFn: () => answer(api.GET("/api/tenants")),
  });
  const fresh = () => void client.invalidateQueries({ queryKey: KEY });
  const lock = useMutation({
    mutationFn: ({ id, active }: Tenant) =>
      answer(api.PATCH("/api/tenants/{tenant_id}", { params: { path: { tenant_id: id } }, body: { active: !active } })),
    onSuccess: fresh,
    onError: (fault) => void message.error(fault.message),
  });
  return (
    <PageFrame
      title={t("title")}
      testid="tenants"
      actions={
        <Button type="primary" onClick={() => setOpen("new")} data-testid="add-tenant">
          {t("add")}
        </Button>
      }
    >
      <Typography.Text type="secondary">{t("hint")}</Typography.Text>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      <Table<Tenant>
        size="middle"
        className="panel"
        rowKey="id"
        loading={isPending}
        dataSource={data?.items ?? []}
        pagination={false}
        scroll={{ x: "max-content" }}
        onRow={() => ({ "data-testid": "row" }) as React.HTMLAttributes<HTMLElement>}
        columns={[
          {
            title: t("name"),
            dataIndex: "name",
            render: (name: string, tenant) => (
              <>
                <b>{name}</b> {tenant.id === me.tenant_id && <Tag>{t("own")}</Tag>}
              </>
            ),
          },
          {
            title: t("status"),
            dataIndex: "active",
            render: (active: boolean) => <Tag color={active ? "green" : "red"}>{t(active ? "active" : "locked")}</Tag>,
          },
          {
            title: t("created"),
            dataIndex: "created_at",
            render: (at: string) => <span className="numbers">{dateTime(at)}</span>,
          },
          {
            title: c("actions"),
            key: "actions",
            width: 200,
            render: (_, tenant) => (
              <div className="row">
                <Button size="small" onClick={() => setOpen(tenant)} data-testid="rename-tenant">
                  {t("rename")}
                </Button>
                {tenant.id !== me.tenant_id && (
                  <Popconfirm
                    title={t(tenant.active ? "lockOf" : "unlockOf", { name: tenant.name })}
                    description={tenant.active && t("lockSure")}
                    onConfirm={() => lock.mutate(tenant)}
                  >
                    <Button size="small" danger={tenant.active} data-testid="lock-tenant">
                      {t(tenant.active ? "lock" : "unlock")}
                    </Button>
                  </Popconfirm>
                )}
              </div>
            ),
          },
        ]}
      />
      {open && (
        <TenantForm
          tenant={open === "new" ? null : open}
          onClose={() => setOpen(null)}
          onSaved={() => {
            setOpen(null);
            fresh();
          }}
        />
      )}
    </PageFrame>
  );
}
