import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Card, Descriptions, Form, Input, QRCode, Segmented, Tag, Typography } from "antd";
import { useState } from "react";
import { PageFrame } from "@/components/PageFrame";
import { common } from "@/lib/common-messages";
import { roleWords } from "@/lib/role-words";
import { isPlain, setPlain } from "@/lib/microphone";
import { sessionKey, useCan, useMe } from "@/lib/session";
import { useLabel, useLanguage, useText, type Locale } from "@/lib/text";
import { changeLocale, changePassword, confirmTotp, removeTotp, startTotp } from "@/features/settings/api/me";
import { meMessages } from "@/features/settings/me-messages";
import { Sessions } from "./Sessions";

function Password() {
  const t = useText(meMessages);
  const c = useText(common);
  const { message } = App.useApp();
  const [form] = Form.useForm<{ old: string; next: string }>();
  const mutation = useMutation({
    mutationFn: ({ old, next }: { old: string; next: string }) => changePassword(old, next),
    onSuccess: () => {
      form.resetFields();
      void message.success(t("changed"));
    },
  });
  const rules = [{ required: true, message: c("required") }];
  return (
    <Card title={t("password")}>
      {mutation.error && <Alert type="error" showIcon title={mutation.error.message} style={{ marginBottom: 12 }} />}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(values) => mutation.mutate(values)}>
        <Form.Item name="old" label={t("oldPassword")} rules={rules}>
          <Input.Password autoComplete="current-password" data-testid="old-password" />
        </Form.Item>
        <Form.Item name="next" label={t("newPassword")} rules={rules} extra={t("rule")}>
          <Input.Password autoComplete="new-password" data-testid="new-password" />
        </Form.Item>
        <Form.Item
          name="again"
          label={t("repeat")}
          dependencies={["next"]}
          rules={[
            ...rules,
            ({ getFieldValue }) => ({
              validator: (_, value: string) =>
                !value || value === getFieldValue("next") ? Promise.resolve() : Promise.reject(new Error(t("differ"))),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" data-testid="repeat-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={mutation.isPending} data-testid="change-password">
          {t("change")}
        </Button>
      </Form>
    </Card>
  );
}

function OneTimeCodes() {
  const t = useText(meMessages);
  const c = useText(common);
  const me = useMe();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [started, setStarted] = useState<{ secret: string; uri: string } | null>(null);
  const done = (text: string) => {
    setStarted(null);
    void message.success(text);
    void client.invalidateQueries({ queryKey: sessionKey });
  };
  const start = useMutation({ mutationFn: startTotp, onSuccess: setStarted });
  const confirm = useMutation({ mutationFn: confirmTotp, onSuccess: () => done(t("totpDone")) });
  const remove = useMutation({ mutationFn: removeTotp, onSuccess: () => done(t("totpRemoved")) });
  const error = start.error ?? confirm.error ?? remove.error;
  const rules = [{ required: true, message: c("required") }];
  return (
    <Card title={t("totp")} extra={me.totp_enabled && <Tag color="green">{t("totpIsOn")}</Tag>}>
      <p className="quiet">{t("totpHint")}</p>
      {error && <Alert type="error" showIcon title={error.message} style={{ marginBottom: 12 }} />}
      {me.totp_enabled && (
        <Form layout="inline" onFinish={({ password }: { password: string }) => remove.mutate(password)}>
          <Form.Item name="password" rules={rules}>
            <Input.Password placeholder={t("oldPassword")} autoComplete="current-password" />
          </Form.Item>
          <Button danger htmlType="submit" loading={remove.isPending}>
            {t("totpRemove")}
          </Button>
        </Form>
      )}
      {!me.totp_enabled && !started && (
        <Button type="primary" loading={start.isPending} onClick={() => start.mutate()} data-testid="totp-start">
          {t("totpStart")}
        </Button>
      )}
      {started && (
        <>
          <p>{t("totpScan")}</p>
          <QRCode value={started.uri} type="svg" />
          <Typography.Paragraph copyable code data-testid="totp-secret" style={{ marginTop: 12 }}>
            {started.secret}
          </Typography.Paragraph>
          <Form layout="inline" onFinish={({ code }: { code: string }) => confirm.mutate(code)}>
            <Form.Item name="code" rules={rules}>
              <Input
                placeholder={t("totpCode")}
                inputMode="numeric"
                maxLength={6}
                autoComplete="one-time-code"
                data-testid="totp-confirm-code"
              />
            </Form.Item>
            <Button type="primary" htmlType="submit" loading={confirm.isPending} data-testid="totp-confirm">
              {t("totpConfirm")}
            </Button>
          </Form>
        </>
      )}
    </Card>
  );
}

/** Account, language, password and one-time codes of the signed-in user. */
export function MySettings() {
  const t = useText(meMessages);
  const label = useLabel();
  const me = useMe();
  const can = useCan();
  const { locale, setLocale } = useLanguage();
  const choose = (next: Locale) => {
    setLocale(next);
    void changeLocale(next).catch(() => undefined);
  };
  return (
    <PageFrame title={t("title")} testid="my-settings">
      <div
        style={{
          display: "grid",
          gap: 16,
          gridTemplateColumns: "repeat(auto-fit, minmax(340px, 1fr))",
          alignItems: "start",
          maxWidth: 1160,
        }}
      >
        <Card title={t("profile")}>
          <Descriptions
            column={1}
            size="small"
            items={[
              {
                key: "name",
                label: t("name"),
                children: (
                  <>
                    <b>{me.name}</b>&nbsp;<span className="quiet numbers">{me.number}</span>
                  </>
                ),
              },
              { key: "login", label: t("login"), children: me.login },
              { key: "tenant", label: t("tenant"), children: me.tenant_name },
              {
                key: "roles",
                label: t("roles"),
                children: me.roles.map((role) => <Tag key={role}>{label(roleWords, role)}</Tag>),
              },
              {
                key: "language",
                label: t("language"),
                children: (
                  <Segmented<Locale>
                    value={locale}
                    onChange={choose}
                    options={[
                      { value: "zh-CN", label: "中文" },
                      { value: "en", label: "English" },
                    ]}
                  />
                ),
              },
              ...(can("desk.use")
                ? [
                    {
                      key: "microphone",
                      label: t("microphone"),
                      children: (
                        <Segmented
                          vertical
                          defaultValue={isPlain()}
                          onChange={setPlain}
                          options={[
                            { value: false, label: t("cleaned") },
                            { value: true, label: t("plain") },
                          ]}
                        />
                      ),
                    },
                  ]
                : []),
            ]}
          />
        </Card>
        <Password />
        <OneTimeCodes />
        <Sessions />
      </div>
    </PageFrame>
  );
}
