import { useMutation } from "@tanstack/react-query";
import { Alert, App, Form, Input, Modal, Typography } from "antd";
import { answer, api, type Schema } from "@/api/client";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";
import { tenantMessages } from "@/features/users/tenant-messages";

export type Tenant = Schema["TenantOut"];
type Values = Schema["TenantBody"];

interface Props {
  /** The tenant to rename; null for a new one. */
  tenant: Tenant | null;
  onClose: () => void;
  onSaved: () => void;
}

/** Makes a tenant with its first administrator, whose made-up password is shown once; or renames one. */
export function TenantForm({ tenant, onClose, onSaved }: Props) {
  const t = useText(tenantMessages);
  const c = useText(common);
  const { message, modal } = App.useApp();
  const [form] = Form.useForm<Values>();
  const save = useMutation({
    mutationFn: (values: Values) =>
      tenant
        ? answer(
            api.PATCH("/api/tenants/{tenant_id}", {
              params: { path: { tenant_id: tenant.id } },
              body: { name: values.name },
            }),
          )
        : answer(api.POST("/api/tenants", { body: values })),
    onSuccess: (saved, values) => {
      onSaved();
      if (!saved.administrator_password) {
        void message.success(c("saved"));
        return;
      }
      modal.success({
        title: t("made", { name: saved.name }),
        content: (
          <>
            <p>{t("handOver")}</p>
            <p>
              {t("administratorLogin")}: <b>{values.administrator_login}</b>
            </p>
            <Typography.Paragraph copyable code style={{ fontSize: 18 }} data-testid="made-password">
              {saved.administrator_password}
            </Typography.Paragraph>
          </>
        ),
      });
    },
  });
  const field = (name: keyof Values, label: string) => (
    <Form.Item name={name} label={label} rules={[{ required: true, whitespace: true, message: c("required") }]}>
      <Input autoComplete="off" data-testid={`tenant-${name}`} />
    </Form.Item>
  );
  return (
    <Modal
      open
      title={tenant ? t("renameOf", { name: tenant.name }) : t("add")}
      okText={c("save")}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={save.isPending}
    >
      {save.error && (
        <Alert type="error" showIcon title={save.error.message} style={{ marginBottom: 12 }} data-testid="form-error" />
      )}
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={tenant ? { name: tenant.name } : {}}
        onFinish={(values) => save.mutate(values)}
      >
        {field("name", t("name"))}
        {!tenant && (
          <>
            {field("administrator_login", t("administratorLogin"))}
            {field("administrator_name", t("administratorName"))}
            <p className="quiet" style={{ margin: 0 }}>
              {t("passwordHint")}
            </p>
          </>
        )}
      </Form>
    </Modal>
  );
}
