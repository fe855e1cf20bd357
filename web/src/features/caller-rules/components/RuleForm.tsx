import { useMutation } from "@tanstack/react-query";
import { Alert, DatePicker, Form, Input, InputNumber, Modal, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";
import { saveRule, type Rule, type RuleIn } from "@/features/caller-rules/api/rules";
import { messages } from "@/features/caller-rules/messages";

const KINDS = ["number", "prefix", "withheld", "repeated", "silent"] as const;
const ACTIONS = ["flag", "priority", "block"] as const;
const WAYS = ["message", "busy"] as const;
type Values = Omit<RuleIn, "expires_at"> & { expires_at?: Dayjs | null };

interface Props {
  /** The rule to change, or null for a new one; undefined: closed. */
  rule: Rule | null | undefined;
  onClose: () => void;
  onSaved: () => void;
}

/** One rule: whom it is against, what is done, why and until when. */
export function RuleForm({ rule, onClose, onSaved }: Props) {
  const t = useText(messages);
  const c = useText(common);
  const [form] = Form.useForm<Values>();
  const save = useMutation({
    mutationFn: ({ expires_at, ...values }: Values) =>
      saveRule(rule?.id ?? null, {
        ...values,
        // a number that is shown masked stays as it is
        pattern: values.pattern?.includes("*") ? "" : (values.pattern ?? ""),
        expires_at: expires_at?.endOf("day").toISOString() ?? null,
      }),
    onSuccess: onSaved,
  });
  const required = [{ required: true, message: c("required") }];
  return (
    <Modal
      open={rule !== undefined}
      title={t(rule ? "edit" : "add")}
      onCancel={onClose}
      onOk={form.submit}
      okText={c("save")}
      confirmLoading={save.isPending}
      destroyOnHidden
    >
      {save.error && <Alert type="error" showIcon title={save.error.message} style={{ marginBottom: 12 }} />}
      <Form<Values>
        form={form}
        layout="vertical"
        preserve={false}
        initialValues={
          rule
            ? { ...rule, expires_at: rule.expires_at ? dayjs(rule.expires_at) : null }
            : { kind: "number", action: "block", refuse_with: "message" }
        }
        onFinish={(values) => save.mutate(values)}
      >
        <Form.Item name="kind" label={t("kind")}>
          <Select options={KINDS.map((value) => ({ value, label: t(value) }))} data-testid="rule-kind" />
        </Form.Item>
        <Form.Item noStyle dependencies={["kind"]}>
          {({ getFieldValue }) => {
            const kind = getFieldValue("kind") as Rule["kind"];
            if (kind === "number" || kind === "prefix")
              return (
                <Form.Item name="pattern" label={t(kind)} rules={required}>
                  <Input data-testid="rule-pattern" />
                </Form.Item>
              );
            if (kind === "withheld") return null;
            return (
              <div className="row">
                <Form.Item name="minutes" label={t("minutes")} rules={required}>
                  <InputNumber min={1} max={44640} />
                </Form.Item>
                <Form.Item name="calls" label={t("calls")} rules={required}>
                  <InputNumber min={1} max={1000} />
                </Form.Item>
              </div>
            );
          }}
        </Form.Item>
        <Form.Item name="action" label={t("action")}>
          <Select options={ACTIONS.map((value) => ({ value, label: t(value) }))} />
        </Form.Item>
        <Form.Item noStyle dependencies={["action", "kind"]}>
          {({ getFieldValue }) => {
            const kind = getFieldValue("kind") as Rule["kind"];
            if (getFieldValue("action") === "priority")
              return (
                <Form.Item name="priority" label={t("points")} rules={required}>
                  <InputNumber min={-100} max={100} />
                </Form.Item>
              );
            if (getFieldValue("action") !== "block") return null;
            return (
              <>
                <Form.Item name="refuse_with" label={t("refuseWith")}>
                  <Select options={WAYS.map((value) => ({ value, label: t(value) }))} />
                </Form.Item>
                {(kind === "repeated" || kind === "silent") && (
                  <Form.Item name="block_minutes" label={t("blockMinutes")}>
                    <InputNumber min={1} max={525600} />
                  </Form.Item>
                )}
              </>
            );
          }}
        </Form.Item>
        <Form.Item name="why" label={t("why")} rules={required}>
          <Input data-testid="rule-why" />
        </Form.Item>
        <Form.Item name="expires_at" label={t("expires")}>
          <DatePicker placeholder={t("never")} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
