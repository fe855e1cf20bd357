import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, AutoComplete, Button, Checkbox, Form, Input, InputNumber, Modal } from "antd";
import { common } from "@/lib/common-messages";
import { useLabel, useText } from "@/lib/text";
import { clock } from "@/lib/time";
import {
  categoriesQuery,
  changeCase,
  makeCase,
  type ModelCase,
  type Recording,
} from "@/features/recordings/api/recordings";
import { caseMessages, categoryWords } from "@/features/recordings/evidence-messages";

interface Values {
  title: string;
  category: string;
  comment?: string;
  from_s?: number;
  to_s?: number;
  release?: boolean;
}

interface Props {
  /** Makes a case of this recording; `at` is where its player stands. */
  recording?: Recording | null;
  at?: number;
  /** Changes the words of this case. */
  editing?: ModelCase | null;
  onClose: () => void;
}

const tenth = (seconds: number) => Math.round(seconds * 10) / 10;

/** A model case: of a recording, or the words of one that is there. */
export function CaseForm({ recording, at = 0, editing, onClose }: Props) {
  const t = useText(caseMessages);
  const c = useText(common);
  const label = useLabel();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const open = Boolean(recording ?? editing);
  const { data: categories } = useQuery({ ...categoriesQuery, enabled: open });
  const length = recording ? Math.floor(recording.seconds * 10) / 10 : 0;
  const save = useMutation({
    mutationFn: ({ title, category, comment, from_s, to_s, release }: Values) =>
      editing
        ? changeCase(editing.id, { title, category, comment: comment ?? "" })
        : makeCase({
            recording_id: recording?.id ?? "",
            title,
            category,
            comment: comment ?? "",
            from_s: from_s ?? 0,
            to_s: to_s ?? null,
            state: release ? "released" : "draft",
          }),
    onSuccess: () => {
      void message.success(t("made"));
      void client.invalidateQueries({ queryKey: ["/api/model-cases"] });
      onClose();
    },
    onError: (error) => void message.error(error.message),
  });
  const known = new Set([
    ...Object.keys(categories?.items ?? {}),
    ...Object.keys(categoryWords).map((code) => label(categoryWords, code)),
  ]);
  return (
    <Modal
      open={open}
      title={t("title")}
      onCancel={onClose}
      onOk={() => form.submit()}
      okText={c("save")}
      okButtonProps={{ loading: save.isPending, ...({ "data-testid": "case-ok" } as object) }}
      destroyOnHidden
    >
      <Form
        form={form}
        layout="vertical"
        preserve={false}
        initialValues={
          editing
            ? { title: editing.title, category: editing.category, comment: editing.comment }
            : { from_s: 0, to_s: length, release: true }
        }
        onFinish={(values) => save.mutate(values)}
      >
        <Form.Item
          name="title"
          label={t("name")}
          rules={[{ required: true, whitespace: true, message: c("required") }]}
        >
          <Input maxLength={100} autoFocus data-testid="case-title" />
        </Form.Item>
        <Form.Item
          name="category"
          label={t("category")}
          rules={[{ required: true, whitespace: true, message: c("required") }]}
        >
          <AutoComplete options={[...known].map((value) => ({ value }))} maxLength={100} data-testid="case-category" />
        </Form.Item>
        <Form.Item name="comment" label={t("comment")}>
          <Input.TextArea rows={3} maxLength={2000} placeholder={t("commentHint")} data-testid="case-comment" />
        </Form.Item>
        {recording && (
          <>
            <Form.Item label={t("span")}>
              <div className="row wrap">
                <Form.Item name="from_s" noStyle>
                  <InputNumber min={0} max={length} step={1} />
                </Form.Item>
                –
                <Form.Item name="to_s" noStyle>
                  <InputNumber min={1} max={length} step={1} />
                </Form.Item>
                <Button size="small" onClick={() => form.setFieldValue("from_s", tenth(at))}>
                  {t("fromHere", { at: clock(at) })}
                </Button>
                <Button size="small" onClick={() => form.setFieldValue("to_s", tenth(at))}>
                  {t("toHere", { at: clock(at) })}
                </Button>
                <Button size="small" onClick={() => form.setFieldsValue({ from_s: 0, to_s: length })}>
                  {t("whole")}
                </Button>
              </div>
            </Form.Item>
            <Form.Item name="release" valuePropName="checked" noStyle>
              <Checkbox>{t("releaseNow")}</Checkbox>
            </Form.Item>
          </>
        )}
      </Form>
    </Modal>
  );
}
