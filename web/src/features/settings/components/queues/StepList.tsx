import { Button, Form, InputNumber, Select, Typography } from "antd";
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";
import { settingsQuery, type Queue } from "@/features/settings/api/lines";
import { queueMessages } from "@/features/settings/queue-messages";

/** The steps to other queues, by time and by length. */
export function StepList({ own }: { own: string | undefined }) {
  const t = useText(queueMessages);
  const c = useText(common);
  const { data: queues } = useQuery(settingsQuery<Queue>("/api/queues"));
  const limit = Form.useWatch<number>("time_limit_s") ?? 0;
  const options = (queues?.items ?? []).map((queue) => ({ value: queue.id, label: queue.name }));
  return (
    <>
      <Typography.Paragraph type="secondary">{t("overflowHint")}</Typography.Paragraph>
      <Form.List name="overflow">
        {(rows, { add, remove }) => (
          <div className="stack" data-testid="queue-steps">
            {rows.length === 0 && <span className="quiet">{t("noSteps")}</span>}
            {rows.map((row, index) => (
              <div key={row.key} className="row wrap" style={{ alignItems: "flex-start", gap: 12 }}>
                <Form.Item
                  name={[row.name, "after_s"]}
                  label={t("after")}
                  rules={[
                    { required: true, message: c("required") },
                    {
                      validator: (_, value: number | null) =>
                        value != null && limit && value >= limit
                          ? Promise.reject(new Error(t("stepLate", { limit })))
                          : Promise.resolve(),
                    },
                  ]}
                >
                  <InputNumber min={0} max={86_400} style={{ width: 120 }} data-testid={`step-after-${index}`} />
                </Form.Item>
                <Form.Item name={[row.name, "waiting_more_than"]} label={t("ifMore")}>
                  <InputNumber min={0} max={10_000} placeholder={t("anyLength")} style={{ width: 130 }} />
                </Form.Item>
                <Form.Item
                  name={[row.name, "to_queue"]}
                  label={t("toQueue")}
                  rules={[{ required: true, message: c("required") }]}
                >
                  <Select
                    options={index === 0 ? options.filter((queue) => queue.value !== own) : options}
                    placeholder={t("chooseQueue")}
                    style={{ width: 240 }}
                    data-testid={`step-queue-${index}`}
                  />
                </Form.Item>
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={c("remove")}
                  style={{ marginTop: 30 }}
                  onClick={() => remove(row.name)}
                />
              </div>
            ))}
            <Button
              icon={<PlusOutlined />}
              style={{ alignSelf: "flex-start" }}
              onClick={() => add({ after_s: 30, waiting_more_than: null })}
              disabled={rows.length >= 10}
              data-testid="add-step"
            >
              {t("addStep")}
            </Button>
          </div>
        )}
      </Form.List>
    </>
  );
}
