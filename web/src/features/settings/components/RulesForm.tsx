import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Form, Select, Spin, Switch } from "antd";
import { ErrorNotice } from "@/components/ErrorNotice";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";
import { rulesQuery, saveRules, settingsQuery, type RoutingRules } from "@/features/settings/api/lines";
import { messages } from "@/features/settings/messages";
import { NumberField } from "./Fields";

const DAY = 86_400;

/** The tenant's routing rules: VIPs, returning buyers, how waiting weighs against priority. */
export function RulesForm() {
  const t = useText(messages);
  const c = useText(common);
  const client = useQueryClient();
  const { message } = App.useApp();
  const { data, error, isPending, refetch } = useQuery(rulesQuery);
  const mutation = useMutation({
    mutationFn: ({ days, differing, ...rules }: RoutingRules & { days?: number | null; differing?: string[] }) =>
      saveRules({
        ...rules,
        tell_supervised_projects: Object.fromEntries((differing ?? []).map((id) => [id, !rules.tell_supervised])),
        last_agent_max_age_s: days ? days * DAY : null,
        seconds_per_priority: rules.seconds_per_priority ?? null,
      }),
    onSuccess: (saved) => {
      client.setQueryData(rulesQuery.queryKey, saved);
      void message.success(t("saved"));
    },
    onError: (fault) => void message.error(fault.message),
  });
  const { data: projects } = useQuery(settingsQuery<{ id: string; name: string }>("/api/projects"));
  if (isPending) return <Spin />;
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return (
    <Card style={{ maxWidth: 640 }}>
      <Form
        layout="vertical"
        initialValues={{
          ...data,
          days: data.last_agent_max_age_s ? data.last_agent_max_age_s / DAY : null,
          differing: Object.entries(data.tell_supervised_projects ?? {})
            .filter(([, told]) => told !== (data.tell_supervised ?? false))
            .map(([id]) => id),
        }}
        onFinish={(values) => mutation.mutate(values)}
      >
        <NumberField name="vip_boost" label={t("vipBoost")} max={1000} />
        <Form.Item name="last_agent_reach" label={t("reach")}>
          <Select
            options={(["any_line", "same_line", "off"] as const).map((value) => ({ value, label: t(value) }))}
            style={{ width: 240 }}
          />
        </Form.Item>
        <NumberField name="days" label={t("maxAge")} min={1} max={10_000} optional />
        <NumberField name="last_agent_boost" label={t("lastAgentBoost")} max={1000} />
        <NumberField name="seconds_per_priority" label={t("perPriority")} min={1} optional />
        <Form.Item name="confirm_home" label={t("confirmHome")} extra={t("confirmHomeHint")} valuePropName="checked">
          <Switch data-testid="confirm-home" />
        </Form.Item>
        <Form.Item name="spoken_language" label={t("spokenLanguage")} extra={t("spokenLanguageHint")}>
          <Select
            options={(["zh", "en"] as const).map((value) => ({ value, label: t(`language_${value}`) }))}
            style={{ width: 240 }}
          />
        </Form.Item>
        <Form.Item name="record_waiting" label={t("recordWaiting")} valuePropName="checked">
          <Switch />
        </Form.Item>
        <NumberField
          name="pause_recording_limit_s"
          label={t("pauseLimit")}
          min={10}
          max={3600}
          extra={t("pauseLimitHint")}
        />
        <Form.Item
          name="tell_supervised"
          label={t("tellSupervised")}
          extra={t("tellSupervisedHint")}
          valuePropName="checked"
        >
          <Switch data-testid="tell-supervised" />
        </Form.Item>
        <Form.Item name="differing" label={t("tellDiffers")}>
          <Select
            mode="multiple"
            allowClear
            optionFilterProp="label"
            options={(projects?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            data-testid="tell-differs"
          />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={mutation.isPending} data-testid="save-rules">
          {c("save")}
        </Button>
      </Form>
    </Card>
  );
}
