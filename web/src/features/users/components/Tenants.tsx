import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, Modal, Popconfirm, Table, Tag, Typography } from "antd";
import { useState } from "react";
import { answer, api, type Schema } from "@/api/client";
import { ErrorNotice } from "@/components/ErrorNotice";
import { PageFrame } from "@/components/PageFrame";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import { tenantMessages } from "@/features/users/tenant-messages";

type Tenant = Schema["TenantOut"];
type NewTenant = Schema["TenantBody"];

const KEY = ["/api/tenants"];

/** The tenants of the installation: names and whether they are locked, nothing of what is theirs. */
export function Tenants() {
  const t = useText(tenantMessages);
  const c = useText(common);
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const [adding, setAdding] = useState(false);
  const [form] = Form.useForm<NewTenant>();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: KEY,
    queryFn: () => answer(api.GET("/api/tenants")),
  });
  const fresh = () => void client.invalidateQueries({ queryKey: KEY });
  const add = useMutation({
    mutationFn: (body: NewTenant) => answer(api.POST("/api/tenants", { body })),
    onSuccess: (tenant) => {
      setAdding(false);
      fresh();
      modal.success({
        title: t("password"),
        content: (
          <Typography.Paragraph copyable code style={{ fontSize: 18 }}>
            {tenant.administrator_password}
          </Typography.Paragraph>
        ),
      });
    },
  });
  const lock = useMutation({
    mutationFn: ({ id, active }: Tenant) =>
      answer(api.PATCH("/api/tenants/{tenant_id}", { params: { path: { tenant_id: id } }, body: { active: !active } })),
    onSuccess: fresh,
    onError: (fault) => void message.error(fault.message),
  });
  const field = (name: keyof NewTenant, label: string) => (
    <Form.Item name={name} label={label} rules={[{ required: true, message: c("required") }]}>
      <Input autoComplete="off" data-testid={`tenant-${name}`} />
    </Form.Item>
  );
  return (
    <PageFrame
      title={t("title")}
      testid="tenants"
      actions={
        <Button type="primary" onClick={() => setAdding(true)} data-testid="add-tenant">
          {t("add")}
        </Button>
      }
    >
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      <Table<Tenant>
        size="middle"
        className="panel"
        rowKey="id"
        loading={isPending}
        dataSource={data?.items ?? []}
        pagination={false}
        columns={[
          { title: t("name"), dataIndex: "name", render: (name: string) => <b>{name}</b> },
          {
            title: t("status"),
            dataIndex: "active",
            render: (active: boolean) => <Tag color={active ? "green" : "red"}>{t(active ? "active" : "locked")}</Tag>,
          },
          { title: t("created"), dataIndex: "created_at", render: (at: string) => dateTime(at) },
          {
            key: "lock",
            render: (_, tenant) => (
              <Popconfirm
                title={t(tenant.active ? "lock" : "unlock")}
                description={tenant.active && t("lockSure")}
                onConfirm={() => lock.mutate(tenant)}
              >
                <Button size="small">{t(tenant.active ? "lock" : "unlock")}</Button>
              </Popconfirm>
            ),
          },
        ]}
      />
      <Modal
        open={adding}
        title={t("add")}
        okText={c("save")}
        onCancel={() => setAdding(false)}
        onOk={form.submit}
        confirmLoading={add.isPending}
        destroyOnHidden
      >
        {add.error && <Alert type="error" showIcon title={add.error.message} style={{ marginBottom: 12 }} />}
        <Form form={form} layout="vertical" preserve={false} onFinish={(values) => add.mutate(values)}>
          {field("name", t("name"))}
          {field("administrator_login", t("administratorLogin"))}
          {field("administrator_name", t("administratorName"))}
        </Form>
      </Modal>
    </PageFrame>
  );
}
