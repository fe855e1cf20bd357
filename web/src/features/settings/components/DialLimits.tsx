import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Card, Form, Input, InputNumber, Select, Spin } from "antd";
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { ErrorNotice } from "@/components/ErrorNotice";
import { common } from "@/lib/common-messages";
import { money } from "@/lib/money";
import { useText } from "@/lib/text";
import {
  dialLimitsQuery,
  saveLimits,
  saveTariffs,
  tryNumber,
  type Limits,
  type Tariff,
} from "@/features/settings/api/protection";
import { messages } from "@/features/settings/protection-messages";

const MINOR = 100;
const MINUTE = 60;

function LimitsForm({ limits }: { limits: Limits }) {
  const t = useText(messages);
  const c = useText(common);
  const client = useQueryClient();
  const { message } = App.useApp();
  const save = useMutation({
    mutationFn: (values: Limits & { spend: number; minutes: number }) =>
      saveLimits({
        allowed: values.allowed,
        denied: values.denied ?? [],
        concurrent: values.concurrent,
        spend_per_hour: Math.round(values.spend * MINOR),
        longest: values.minutes * MINUTE,
      }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: dialLimitsQuery.queryKey });
      void message.success(t("saved"));
    },
    onError: (fault) => void message.error(fault.message),
  });
  const rules = [{ required: true, message: c("required") }];
  return (
    <Card title={t("dialLimits")}>
      <Form
        layout="vertical"
        initialValues={{
          ...limits,
          spend: limits.spend_per_hour / MINOR,
          minutes: (limits.longest ?? 7200) / MINUTE,
        }}
        onFinish={(values: Limits & { spend: number; minutes: number }) => save.mutate(values)}
      >
        <Form.Item name="allowed" label={t("allowed")} extra={t("allowedHint")}>
          <Select mode="tags" open={false} tokenSeparators={[",", " ", "，"]} data-testid="dial-allowed" />
        </Form.Item>
        <Form.Item name="denied" label={t("denied")}>
          <Select mode="tags" open={false} tokenSeparators={[",", " ", "，"]} />
        </Form.Item>
        <Form.Item name="concurrent" label={t("concurrent")} rules={rules}>
          <InputNumber min={0} max={100_000} precision={0} data-testid="dial-concurrent" />
        </Form.Item>
        <Form.Item name="spend" label={t("spend")} rules={rules}>
          <InputNumber min={0} precision={2} />
        </Form.Item>
        <Form.Item name="minutes" label={t("longest")} rules={rules}>
          <InputNumber min={1} max={1440} precision={0} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={save.isPending} data-testid="save-dial-limits">
          {c("save")}
        </Button>
      </Form>
    </Card>
  );
}

function TariffsForm({ tariffs }: { tariffs: Tariff[] }) {
  const t = useText(messages);
  const c = useText(common);
  const client = useQueryClient();
  const { message } = App.useApp();
  const save = useMutation({
    mutationFn: (items: Tariff[]) =>
      saveTariffs(
        items.map((one) => ({
          prefix: one.prefix,
          per_minute: Math.round(one.per_minute * MINOR),
          per_call: Math.round((one.per_call ?? 0) * MINOR),
        })),
      ),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: dialLimitsQuery.queryKey });
      void message.success(t("saved"));
    },
    onError: (fault) => void message.error(fault.message),
  });
  const shown = tariffs.map((one) => ({
    prefix: one.prefix,
    per_minute: one.per_minute / MINOR,
    per_call: (one.per_call ?? 0) / MINOR,
  }));
  const rules = [{ required: true, message: c("required") }];
  return (
    <Card title={t("tariffs")}>
      <Form initialValues={{ items: shown }} onFinish={({ items }: { items: Tariff[] }) => save.mutate(items)}>
        <Form.List name="items">
          {(fields, { add, remove }) => (
            <>
              {fields.length > 0 && (
                <div className="row quiet small" style={{ marginBottom: 4 }}>
                  {[t("prefix"), t("perMinute"), t("perCall")].map((title) => (
                    <span key={title} style={{ width: 120 }}>
                      {title}
                    </span>
                  ))}
                </div>
              )}
              {fields.map((field) => (
                <div className="row" key={field.key}>
                  <Form.Item name={[field.name, "prefix"]} rules={rules}>
                    <Input placeholder={t("prefix")} style={{ width: 120 }} />
                  </Form.Item>
                  <Form.Item name={[field.name, "per_minute"]} rules={rules}>
                    <InputNumber min={0} precision={2} aria-label={t("perMinute")} style={{ width: 120 }} />
                  </Form.Item>
                  <Form.Item name={[field.name, "per_call"]}>
                    <InputNumber min={0} precision={2} aria-label={t("perCall")} style={{ width: 120 }} />
                  </Form.Item>
                  <Form.Item>
                    <Button
                      type="text"
                      icon={<DeleteOutlined />}
                      aria-label={c("remove")}
                      onClick={() => remove(field.name)}
                    />
                  </Form.Item>
                </div>
              ))}
              <Button icon={<PlusOutlined />} onClick={() => add({ per_call: 0 })} style={{ marginBottom: 16 }}>
                {t("addTariff")}
              </Button>
            </>
          )}
        </Form.List>
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {c("save")}
        </Button>
      </Form>
    </Card>
  );
}

function Trial() {
  const t = useText(messages);
  const trial = useMutation({ mutationFn: tryNumber });
  const found = trial.data;
  return (
    <Card title={t("try")}>
      <Input.Search
        placeholder={t("tryHint")}
        enterButton
        loading={trial.isPending}
        onSearch={(number) => number && trial.mutate(number)}
        data-testid="dial-try"
      />
      {found && (
        <Alert
          style={{ marginTop: 12 }}
          showIcon
          type={found.allowed ? "success" : "error"}
          data-testid="dial-trial"
          title={
            found.allowed
              ? t("mayDial", { number: found.number ?? "", price: money(found.first_minute) })
              : (found.message ?? "")
          }
        />
      )}
    </Card>
  );
}

/** What outbound calls may reach and cost. */
export function DialLimits() {
  const { data, error, isPending, refetch } = useQuery(dialLimitsQuery);
  if (isPending) return <Spin />;
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return (
    <div
      data-testid="dial-limits"
      style={{
        display: "grid",
        gap: 16,
        gridTemplateColumns: "repeat(auto-fit, minmax(420px, 1fr))",
        alignItems: "start",
      }}
    >
      <LimitsForm limits={data.tenant} />
      <div className="stack">
        <TariffsForm tariffs={data.tariffs} />
        <Trial />
      </div>
    </div>
  );
}
