import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Modal, Select } from "antd";
import { ArrowUpOutlined, DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useState } from "react";
import { common } from "@/lib/common-messages";
import { randomId } from "@/lib/ids";
import { usePick, useText } from "@/lib/text";
import { addPrompt } from "@/features/flows/api/flows";
import { useChoices } from "@/features/flows/choices";
import { words } from "@/features/flows/setting-words";
import { Labelled, PromptBox, VariableBox } from "./fields";
import styles from "./Settings.module.css";

type Part = { prompt: string } | { spoken: string; variable: string };

/** A text of the tenant's own, read out by the voice. */
function NewPrompt({ onDone, onClose }: { onDone: (key: string) => void; onClose: () => void }) {
  const t = useText(words);
  const c = useText(common);
  const client = useQueryClient();
  const [form] = Form.useForm<{ zh: string; en?: string }>();
  const save = useMutation({
    mutationFn: ({ zh, en }: { zh: string; en?: string }) =>
      addPrompt({ key: `flow_${randomId().replaceAll("-", "").slice(-12)}`, zh, en: en || zh, language: "zh" }),
    onSuccess: async ({ key }) => {
      await client.invalidateQueries({ queryKey: ["settings", "/api/prompts"] });
      onDone(key);
    },
  });
  return (
    <Modal
      open
      title={t("promptTitle")}
      okText={c("save")}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={save.isPending}
      okButtonProps={{ "data-testid": "prompt-save" }}
    >
      {save.error && <Alert type="error" showIcon title={save.error.message} style={{ marginBottom: 12 }} />}
      <Form form={form} layout="vertical" onFinish={(values) => save.mutate(values)}>
        <Form.Item
          name="zh"
          label={t("promptZh")}
          rules={[{ required: true, whitespace: true, message: c("required") }]}
        >
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={500} data-testid="prompt-zh" />
        </Form.Item>
        <Form.Item name="en" label={t("promptEn")} extra={t("promptHint")}>
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={500} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

interface Props {
  value: unknown;
  onChange: (say: Part[]) => void;
  variables: string[];
  label?: string;
}

/** What callers hear: prompts and values read out, one after the other. */
export function SayField({ value, onChange, variables, label }: Props) {
  const t = useText(words);
  const c = useText(common);
  const pick = usePick();
  const { spoken } = useChoices();
  const parts = Array.isArray(value) ? (value as Part[]) : [];
  const [writing, setWriting] = useState<number | null>(null);
  const put = (place: number, part: Part) => onChange([...parts.slice(0, place), part, ...parts.slice(place + 1)]);
  const drop = (place: number) => onChange(parts.filter((_, other) => other !== place));
  const up = (place: number) => {
    const next = [...parts];
    next.splice(place - 1, 0, ...next.splice(place, 1));
    onChange(next);
  };
  return (
    <Labelled label={label ?? t("say")}>
      {parts.map((part, place) => (
        <div key={place} className={styles.part}>
          {"prompt" in part ? (
            <PromptBox
              value={part.prompt}
              placeholder={t("choosePrompt")}
              onChange={(key) => put(place, { prompt: key ?? "" })}
            />
          ) : (
            <div className="row" style={{ gap: 4, minWidth: 0 }}>
              <VariableBox
                value={part.variable}
                variables={variables}
                onChange={(variable) => put(place, { ...part, variable })}
              />
              <Select
                value={part.spoken}
                onChange={(form) => put(place, { ...part, spoken: form })}
                options={spoken.map((one) => ({ value: one.form, label: pick(one) }))}
                popupMatchSelectWidth={false}
                style={{ width: 96, flex: "none" }}
                aria-label={t("as")}
              />
            </div>
          )}
          <div className="row" style={{ gap: 0 }}>
            {place > 0 && (
              <Button
                size="small"
                type="text"
                icon={<ArrowUpOutlined />}
                aria-label={t("up")}
                onClick={() => up(place)}
              />
            )}
            <Button
              size="small"
              type="text"
              icon={<DeleteOutlined />}
              aria-label={c("remove")}
              onClick={() => drop(place)}
            />
          </div>
        </div>
      ))}
      <div className="row wrap" style={{ gap: 4 }}>
        <Button
          size="small"
          icon={<PlusOutlined />}
          onClick={() => onChange([...parts, { prompt: "" }])}
          data-testid="add-prompt"
        >
          {t("addPrompt")}
        </Button>
        <Button
          size="small"
          onClick={() => onChange([...parts, { spoken: spoken[0]?.form ?? "digits", variable: "" }])}
        >
          {t("addSpoken")}
        </Button>
        <Button size="small" type="link" onClick={() => setWriting(parts.length)} data-testid="new-prompt">
          {t("newPrompt")}
        </Button>
      </div>
      {writing !== null && (
        <NewPrompt
          onClose={() => setWriting(null)}
          onDone={(key) => {
            onChange([...parts.filter((part) => !("prompt" in part) || part.prompt !== ""), { prompt: key }]);
            setWriting(null);
          }}
        />
      )}
    </Labelled>
  );
}
