import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Checkbox, Form, Input, Modal, Select, Switch, Typography } from "antd";
import { common } from "@/lib/common-messages";
import { roleWords } from "@/lib/role-words";
import { useMe } from "@/lib/session";
import { useLabel, useText } from "@/lib/text";
import { changeUser, createUser, type NewUser, type User, type UserChange } from "@/features/users/api/users";
import { messages } from "@/features/users/messages";
import { HomeFields } from "./HomeFields";

interface Values {
  login: string;
  name: string;
  number: string;
  roles: NonNullable<NewUser["roles"]>;
  active: boolean;
  password?: string;
  reset_password?: boolean;
  remove_totp?: boolean;
  works_from_home?: boolean;
  new_telephone?: string;
  remove_telephone?: boolean;
}

/** Adds a person, or changes one. A made-up password is shown once. */
export function UserForm({ user, onClose }: { user: User | null; onClose: () => void }) {
  const t = useText(messages);
  const c = useText(common);
  const label = useLabel();
  const me = useMe();
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const [form] = Form.useForm<Values>();
  const mutation = useMutation({
    mutationFn: ({ login, name, number, roles, active, password, reset_password, remove_totp, ...home }: Values) =>
      user
        ? changeUser(user.id, {
            name,
            number,
            roles,
            active,
            reset_password: reset_password ?? false,
            remove_totp: remove_totp ?? false,
            works_from_home: home.works_from_home ?? false,
            telephone: home.remove_telephone ? "" : home.new_telephone || null,
          } satisfies UserChange)
        : createUser({ login, name, number, roles, locale: "zh-CN", password: password || null }),
    onSuccess: (saved) => {
      void client.invalidateQueries({ queryKey: ["/api/users"] });
      onClose();
      if (saved.password) {
        modal.success({
          title: t("newPassword"),
          content: (
            <>
              <Typography.Paragraph copyable code style={{ fontSize: 18 }} data-testid="made-password">
                {saved.password}
              </Typography.Paragraph>
              {t("passwordFor", { name: saved.name })}
            </>
          ),
        });
      } else void message.success(t("saved"));
    },
  });
  const roles = Object.keys(roleWords).filter(
    (role) => role !== "system_administrator" || me.roles.includes("system_administrator"),
  );
  const rules = [{ required: true, message: c("required") }];
  return (
    <Modal
      open
      title={user ? t("editTitle", { name: user.name }) : t("add")}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={mutation.isPending}
      okText={c("save")}
    >
      {mutation.error && (
        <Alert
          type="error"
          showIcon
          title={mutation.error.message}
          style={{ marginBottom: 12 }}
          data-testid="form-error"
        />
      )}
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={user ? { ...user, reset_password: false } : { roles: ["agent"], active: true }}
        onFinish={(values) => mutation.mutate(values)}
      >
        {!user && (
          <Form.Item name="login" label={t("login")} rules={rules}>
            <Input autoFocus autoComplete="off" data-testid="user-login" />
          </Form.Item>
        )}
        <Form.Item name="name" label={t("name")} rules={rules}>
          <Input data-testid="user-name" />
        </Form.Item>
        <Form.Item name="number" label={t("number")} rules={rules}>
          <Input data-testid="user-number" />
        </Form.Item>
        <Form.Item name="roles" label={t("roles")} rules={[{ required: true, message: t("roleNeeded") }]}>
          <Select
            mode="multiple"
            options={roles.map((role) => ({ value: role, label: label(roleWords, role) }))}
            data-testid="user-roles"
          />
        </Form.Item>
        {user ? (
          <>
            <Form.Item name="active" label={t("active")} valuePropName="checked">
              <Switch disabled={user.id === me.user_id} />
            </Form.Item>
            <HomeFields telephone={user.telephone} />
            <Form.Item name="reset_password" valuePropName="checked" noStyle>
              <Checkbox data-testid="reset-password">{t("resetPassword")}</Checkbox>
            </Form.Item>
            {user.totp_enabled && (
              <Form.Item name="remove_totp" valuePropName="checked" noStyle>
                <Checkbox>{t("removeTotp")}</Checkbox>
              </Form.Item>
            )}
          </>
        ) : (
          <Form.Item name="password" label={t("password")} extra={t("passwordHint")}>
            <Input.Password autoComplete="new-password" />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}
