import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input } from "antd";
import { Link } from "react-router";
import {
  createFirstAdministrator,
  firstAdministratorKey,
  firstAdministratorMissing,
  type FirstAdministrator as Values,
} from "@/features/sign-in/api/session";
import { messages } from "@/features/sign-in/messages";
import { useText } from "@/lib/text";
import { Welcome } from "./Welcome";
import styles from "./Welcome.module.css";

/** The first account of an installation, made with the secret that the installer printed. */
export function FirstAdministrator({ onDone }: { onDone: () => void }) {
  const t = useText(messages);
  const { message } = App.useApp();
  const client = useQueryClient();
  const missing = useQuery({ queryKey: firstAdministratorKey, queryFn: firstAdministratorMissing });
  const mutation = useMutation({
    mutationFn: createFirstAdministrator,
    onSuccess: () => {
      client.setQueryData(firstAdministratorKey, false);
      void message.success(t("created"));
      onDone();
    },
  });
  const rules = [{ required: true, message: t("fill") }];
  if (missing.data === false)
    return (
      <Welcome title={t("firstTitle")}>
        <Alert type="info" showIcon title={t("firstExists")} data-testid="first-administrator-exists" />
        <p className={`${styles.below} small`}>
          <Link to="/sign-in">{t("haveAccount")}</Link>
        </p>
      </Welcome>
    );
  return (
    <Welcome title={t("firstTitle")}>
      <p className="quiet">{t("firstHint")}</p>
      {mutation.error && (
        <Alert
          type="error"
          showIcon
          title={mutation.error.message}
          style={{ marginBottom: 16 }}
          data-testid="first-administrator-error"
        />
      )}
      <Form<Values & { repeat: string }>
        layout="vertical"
        requiredMark={false}
        onFinish={({ secret, login, password, name, tenant_name }) =>
          mutation.mutate({ secret: secret.trim(), login, password, name, tenant_name })
        }
      >
        <Form.Item name="secret" label={t("secret")} rules={rules}>
          <Input.Password autoComplete="off" autoFocus data-testid="first-secret" />
        </Form.Item>
        <Form.Item name="tenant_name" label={t("company")} rules={rules}>
          <Input autoComplete="organization" data-testid="first-company" />
        </Form.Item>
        <Form.Item name="name" label={t("name")} rules={rules}>
          <Input autoComplete="name" data-testid="first-name" />
        </Form.Item>
        <Form.Item name="login" label={t("login")} rules={rules}>
          <Input autoComplete="username" data-testid="first-login" />
        </Form.Item>
        <Form.Item
          name="password"
          label={t("newPassword")}
          extra={t("passwordRule")}
          rules={[...rules, { min: 10, message: t("passwordRule") }]}
        >
          <Input.Password autoComplete="new-password" data-testid="first-password" />
        </Form.Item>
        <Form.Item
          name="repeat"
          label={t("repeatPassword")}
          dependencies={["password"]}
          rules={[
            ...rules,
            ({ getFieldValue }) => ({
              validator: (_, value: string) =>
                !value || value === getFieldValue("password")
                  ? Promise.resolve()
                  : Promise.reject(new Error(t("passwordsDiffer"))),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" data-testid="first-repeat" />
        </Form.Item>
        <Button
          type="primary"
          size="large"
          htmlType="submit"
          block
          loading={mutation.isPending}
          data-testid="first-submit"
        >
          {t("createAdministrator")}
        </Button>
      </Form>
      <p className={`${styles.below} small`}>
        <Link to="/sign-in">{t("haveAccount")}</Link>
      </p>
    </Welcome>
  );
}
