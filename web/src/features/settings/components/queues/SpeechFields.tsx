import { Button, Checkbox, Divider, Form, InputNumber, Select, Typography } from "antd";
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { common } from "@/lib/common-messages";
import { useLabel, usePick, useText } from "@/lib/text";
import { settingsQuery, type Prompt } from "@/features/settings/api/lines";
import { promptWords } from "@/features/settings/messages";
import { queueMessages } from "@/features/settings/queue-messages";
import { NumberField } from "@/features/settings/components/Fields";

/** What is said to those who wait: place, expected wait, the callback's offer, and comfort messages. */
export function SpeechFields() {
  const t = useText(queueMessages);
  const c = useText(common);
  const label = useLabel();
  const pick = usePick();
  const { data: prompts } = useQuery(settingsQuery<Prompt>("/api/prompts"));
  const says = [
    Form.useWatch<boolean>("say_position"),
    Form.useWatch<boolean>("say_wait"),
    Form.useWatch<boolean>("offer_callback"),
  ].some(Boolean);
  const options = (prompts?.items ?? [])
    .filter((prompt) => !prompt.piece)
    .map((prompt) => ({ value: prompt.key, label: `${label(promptWords, prompt.key)} · ${pick(prompt)}` }));
  return (
    <>
      <Typography.Paragraph type="secondary">{t("sayHint")}</Typography.Paragraph>
      <div className="row wrap" style={{ gap: 24, marginBottom: 12 }}>
        <Form.Item name="say_position" valuePropName="checked" noStyle>
          <Checkbox data-testid="say-position">{t("sayPosition")}</Checkbox>
        </Form.Item>
        <Form.Item name="say_wait" valuePropName="checked" noStyle>
          <Checkbox data-testid="say-wait">{t("sayWait")}</Checkbox>
        </Form.Item>
        <Form.Item name="offer_callback" valuePropName="checked" noStyle>
          <Checkbox data-testid="offer-callback">{t("offerCallback")}</Checkbox>
        </Form.Item>
      </div>
      {says && (
        <div className="row wrap" style={{ alignItems: "flex-start", gap: 16 }}>
          <NumberField name="announce_first_s" label={t("first")} max={3600} />
          <NumberField name="announce_every_s" label={t("every")} min={10} max={3600} optional extra={t("onceHint")} />
        </div>
      )}
      <Divider titlePlacement="start" plain>
        {t("comfort")}
      </Divider>
      <Form.List name="comfort">
        {(rows, { add, remove }) => (
          <div className="stack" data-testid="queue-comfort">
            {rows.length === 0 && <span className="quiet">{t("noComfort")}</span>}
            {rows.map((row) => (
              <div key={row.key} className="row wrap" style={{ alignItems: "flex-start", gap: 12 }}>
                <Form.Item
                  name={[row.name, "prompt"]}
                  label={t("prompt")}
                  rules={[{ required: true, message: c("required") }]}
                >
                  <Select options={options} style={{ width: 300 }} showSearch={{ optionFilterProp: "label" }} />
                </Form.Item>
                <Form.Item
                  name={[row.name, "first_s"]}
                  label={t("first")}
                  rules={[{ required: true, message: c("required") }]}
                >
                  <InputNumber min={0} max={3600} style={{ width: 100 }} />
                </Form.Item>
                <Form.Item name={[row.name, "every_s"]} label={t("every")}>
                  <InputNumber min={10} max={3600} placeholder={t("once")} style={{ width: 110 }} />
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
              onClick={() => add({ prompt: "comfort_1", first_s: 30, every_s: 60 })}
              disabled={rows.length >= 10}
              data-testid="add-comfort"
            >
              {t("addComfort")}
            </Button>
          </div>
        )}
      </Form.List>
    </>
  );
}
