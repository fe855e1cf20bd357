import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Form, Segmented, Select, Spin } from "antd";
import { useState } from "react";
import { ErrorNotice } from "@/components/ErrorNotice";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";
import {
  callbackPlansQuery,
  dropCallbackPlan,
  saveCallbackPlan,
  settingsQuery,
  type CallbackPlan,
} from "@/features/settings/api/lines";
import { messages } from "@/features/settings/messages";
import { HoursField } from "./HoursField";
import { NumberField } from "./Fields";

const MODES = ["off", "preview", "progressive"] as const;
const OWN = "";

/** How lost callers are called back: of the whole centre, and of queues that do it in another way. */
export function CallbackPlans() {
  const t = useText(messages);
  const c = useText(common);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [chosen, setChosen] = useState(OWN);
  const { data, error, isPending, refetch } = useQuery(callbackPlansQuery);
  const { data: queues } = useQuery(settingsQuery<{ id: string; name: string }>("/api/queues"));
  const done = {
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: callbackPlansQuery.queryKey });
      void message.success(t("saved"));
    },
    onError: (fault: Error) => void message.error(fault.message),
  };
  const saving = useMutation({
    mutationFn: (plan: CallbackPlan) => saveCallbackPlan({ ...plan, queue_id: chosen || null }),
    ...done,
  });
  const dropping = useMutation({ mutationFn: () => dropCallbackPlan(chosen), ...done });
  if (isPending) return <Spin />;
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  const own = data.items.find((plan) => (plan.queue_id ?? OWN) === chosen);
  return (
    <Card style={{ maxWidth: 720 }} data-testid="callback-plans">
      <Select
        value={chosen}
        onChange={setChosen}
        style={{ width: 320, marginBottom: 16 }}
        options={[
          { value: OWN, label: t("planOfAll") },
          ...(queues?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      {chosen && !own && <p className="quiet">{t("planInherited")}</p>}
      <Form
        key={`${chosen}-${String(!!own)}`}
        layout="vertical"
        initialValues={own ?? data.items[0]}
        onFinish={(values: CallbackPlan) => saving.mutate(values)}
      >
        <Form.Item name="mode" label={t("planMode")} extra={t("planModeHint")}>
          <Segmented options={MODES.map((value) => ({ value, label: t(`plan_${value}`) }))} />
        </Form.Item>
        <div className="row" style={{ flexWrap: "wrap", alignItems: "flex-start", gap: 24 }}>
          <NumberField name="attempts" label={t("planAttempts")} min={1} max={20} />
          <NumberField name="first_after_s" label={t("planFirst")} max={604_800} />
          <NumberField name="busy_after_s" label={t("planBusy")} max={604_800} />
          <NumberField name="no_answer_after_s" label={t("planNoAnswer")} max={604_800} />
          <NumberField name="failed_after_s" label={t("planFailed")} max={604_800} />
          <NumberField name="expires_after_s" label={t("planExpires")} min={60} max={2_592_000} />
          <NumberField name="idle_s" label={t("planIdle")} max={3600} />
          <NumberField name="preview_s" label={t("planPreview")} min={5} max={600} />
        </div>
        <Form.Item name="hours" label={t("planHours")} extra={t("planHoursHint")}>
          <HoursField />
        </Form.Item>
        <div className="row">
          <Button type="primary" htmlType="submit" loading={saving.isPending} data-testid="save-callback-plan">
            {c("save")}
          </Button>
          {chosen && own && (
            <Button loading={dropping.isPending} onClick={() => dropping.mutate()}>
              {t("planDrop")}
            </Button>
          )}
        </div>
      </Form>
    </Card>
  );
}
