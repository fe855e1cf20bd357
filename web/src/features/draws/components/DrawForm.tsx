import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, DatePicker, Form, Input, InputNumber, Modal, Select, Switch } from "antd";
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import dayjs, { type Dayjs } from "dayjs";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";
import { drawsKey, rowsQuery, saveDraw, type Draw, type DrawValues } from "@/features/draws/api/draws";
import { messages } from "@/features/draws/messages";

interface Values extends Omit<DrawValues, "opens_at" | "closes_at"> {
  period: [Dayjs, Dayjs];
}

interface Props {
  /** Null: a new one. */
  draw: Draw | null;
  onClose: () => void;
  onSaved: (draw: Draw) => void;
}

/** Everything that is fixed before registration opens. */
export function DrawForm({ draw, onClose, onSaved }: Props) {
  const t = useText(messages);
  const c = useText(common);
  const client = useQueryClient();
  const [form] = Form.useForm<Values>();
  const source = Form.useWatch("ticket_source", form);
  const hotlines = useQuery(rowsQuery<{ id: string; number: string; name: string }>("/api/hotlines"));
  const queues = useQuery(rowsQuery<{ id: string; name: string }>("/api/queues"));
  const save = useMutation({
    mutationFn: ({ period, ...rest }: Values) =>
      saveDraw(draw?.id ?? null, {
        ...rest,
        hotline_id: rest.hotline_id ?? null,
        queue_id: rest.queue_id ?? null,
        opens_at: period[0].toISOString(),
        closes_at: period[1].toISOString(),
      }),
    onSuccess: async (saved) => {
      await client.invalidateQueries({ queryKey: drawsKey });
      await client.invalidateQueries({ queryKey: ["/api/draws"] });
      onSaved(saved);
    },
  });
  const required = [{ required: true, message: c("required") }];
  const initial = draw
    ? { ...draw, period: [dayjs(draw.opens_at), dayjs(draw.closes_at)] }
    : {
        ticket_source: "pattern",
        ticket_pattern: "dddddddd",
        ticket_check: "none",
        per_person: 1,
        one_each: true,
        reserves: 3,
        prizes: [{ name: "", count: 1 }],
        rules_text: "",
        public_source: "",
      };
  return (
    <Modal
      open
      width={640}
      title={t(draw ? "edit" : "add")}
      okText={c("save")}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={save.isPending}
      okButtonProps={{ "data-testid": "save-draw" }}
    >
      {save.error && (
        <Alert type="error" showIcon title={save.error.message} style={{ marginBottom: 12 }} data-testid="form-error" />
      )}
      <Form form={form} layout="vertical" initialValues={initial} onFinish={(values) => save.mutate(values)}>
        <Form.Item name="name" label={t("name")} rules={required}>
          <Input maxLength={60} data-testid="draw-name" />
        </Form.Item>
        <Form.Item name="period" label={t("period")} rules={required}>
          <DatePicker.RangePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" style={{ width: "100%" }} />
        </Form.Item>
        <div style={{ display: "grid", gridTemplateColumns: "1fr 1fr", columnGap: 16 }}>
          <Form.Item name="hotline_id" label={t("hotline")}>
            <Select
              allowClear
              placeholder={t("anyHotline")}
              options={(hotlines.data?.items ?? []).map((one) => ({
                value: one.id,
                label: `${one.number} ${one.name}`,
              }))}
            />
          </Form.Item>
          <Form.Item name="queue_id" label={t("queue")}>
            <Select
              allowClear
              placeholder={t("noQueue")}
              options={(queues.data?.items ?? []).map((one) => ({ value: one.id, label: one.name }))}
            />
          </Form.Item>
          <Form.Item name="ticket_source" label={t("source")}>
            <Select
              options={[
                { value: "pattern", label: t("source_pattern") },
                { value: "list", label: t("source_list") },
              ]}
            />
          </Form.Item>
          <Form.Item name="ticket_check" label={t("check")}>
            <Select
              options={(["none", "luhn", "ean"] as const).map((value) => ({ value, label: t(`check_${value}`) }))}
            />
          </Form.Item>
        </div>
        {source === "pattern" && (
          <Form.Item name="ticket_pattern" label={t("pattern")} extra={t("patternHint")} rules={required}>
            <Input maxLength={200} data-testid="draw-pattern" />
          </Form.Item>
        )}
        <Form.List name="prizes">
          {(fields, { add, remove }) => (
            <Form.Item label={t("prizes")}>
              {fields.map((field) => (
                <div key={field.key} className="row" style={{ marginBottom: 6 }}>
                  <Form.Item name={[field.name, "name"]} noStyle rules={required}>
                    <Input placeholder={t("prize")} maxLength={60} data-testid="prize-name" />
                  </Form.Item>
                  <Form.Item name={[field.name, "count"]} noStyle rules={required}>
                    <InputNumber min={1} max={1000} aria-label={t("count")} />
                  </Form.Item>
                  <Button
                    type="text"
                    icon={<DeleteOutlined />}
                    aria-label={c("remove")}
                    disabled={fields.length < 2}
                    onClick={() => remove(field.name)}
                  />
                </div>
              ))}
              <Button size="small" icon={<PlusOutlined />} onClick={() => add({ name: "", count: 1 })}>
                {t("addPrize")}
              </Button>
            </Form.Item>
          )}
        </Form.List>
        <div className="row wrap" style={{ gap: 24, alignItems: "flex-start" }}>
          <Form.Item name="reserves" label={t("reserves")}>
            <InputNumber min={0} max={1000} />
          </Form.Item>
          <Form.Item name="per_person" label={t("perPerson")}>
            <InputNumber min={1} max={1000} />
          </Form.Item>
          <Form.Item name="one_each" label={t("oneEach")} valuePropName="checked">
            <Switch />
          </Form.Item>
        </div>
        <Form.Item name="public_source" label={t("publicSource")} extra={t("publicSourceHint")}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="rules_text" label={t("rulesText")}>
          <Input.TextArea maxLength={4000} autoSize={{ minRows: 3, maxRows: 10 }} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
