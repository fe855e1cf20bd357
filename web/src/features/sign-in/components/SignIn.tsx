import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input } from "antd";
import { LockOutlined, SafetyOutlined, UserOutlined } from "@ant-design/icons";
import { useState } from "react";
import { Link } from "react-router";
import { ApiError } from "@/api/client";
import {
  CODE_NEEDED,
  firstAdministratorKey,
  firstAdministratorMissing,
  signIn,
  type Credentials,
} from "@/features/sign-in/api/session";
import { messages } from "@/features/sign-in/messages";
import { sessionKey, type Me } from "@/lib/session";
import { useLanguage, useText } from "@/lib/text";
import { showIn } from "@/lib/time";
import { Welcome } from "./Welcome";
import styles from "./Welcome.module.css";

/** Name and password, then the one-time code for accounts that have one. */
export function SignIn({ onSignedIn }: { onSignedIn: (me: Me) => void }) {
  const t = useText(messages);
  const { setLocale } = useLanguage();
  const client = useQueryClient();
  const [form] = Form.useForm<Credentials>();
  const missing = useQuery({ queryKey: firstAdministratorKey, queryFn: firstAdministratorMissing });
  const [codeStep, setCodeStep] = useState(false);
  const mutation = useMutation({
    mutationFn: signIn,
    onSuccess: (me) => {
      showIn(me.time_zone);
      setLocale(me.locale === "en" ? "en" : "zh-CN");
      client.setQueryData(sessionKey, me);
      onSignedIn(me);
    },
    onError: (error) => {
      if (error instanceof ApiError && CODE_NEEDED.includes(error.code)) setCodeStep(true);
      else form.setFieldValue("code", undefined);
    },
  });
  const asksForCode = mutation.error instanceof ApiError && CODE_NEEDED.includes(mutation.error.code);
  const rules = [{ required: true, message: t("fill") }];
  return (
    <Welcome title={t("title")}>
      {mutation.error && !asksForCode && (
        <Alert
          type="error"
          showIcon
          title={mutation.error.message}
          style={{ marginBottom: 16 }}
          data-testid="sign-in-error"
        />
      )}
      <Form
        form={form}
        size="large"
        layout="vertical"
        requiredMark={false}
        onFinish={(values) => mutation.mutate(values)}
      >
        <div hidden={codeStep}>
          <Form.Item name="login" label={t("login")} rules={rules}>
            <Input prefix={<UserOutlined />} autoComplete="username" autoFocus data-testid="login" />
          </Form.Item>
          <Form.Item name="password" label={t("password")} rules={rules}>
            <Input.Password prefix={<LockOutlined />} autoComplete="current-password" data-testid="password" />
          </Form.Item>
        </div>
        {codeStep && (
          <Form.Item name="code" label={t("code")} rules={rules} extra={t("codeHint")}>
            <Input
              prefix={<SafetyOutlined />}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={6}
              autoFocus
              data-testid="totp-code"
            />
          </Form.Item>
        )}
        <Button type="primary" htmlType="submit" block loading={mutation.isPending} data-testid="sign-in">
          {codeStep ? t("verify") : t("enter")}
        </Button>
        {codeStep && (
          <Button
            type="link"
            block
            className={styles.below}
            onClick={() => {
              form.resetFields();
              mutation.reset();
              setCodeStep(false);
            }}
          >
            {t("otherAccount")}
          </Button>
        )}
      </Form>
      {missing.data && (
        <p className={`${styles.below} small`}>
          <Link to="/first-administrator" data-testid="first-administrator">
            {t("first")}
          </Link>
        </p>
      )}
    </Welcome>
  );
}
