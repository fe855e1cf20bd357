import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, DatePicker, Form, Input, Modal } from "antd";
import type { Dayjs } from "dayjs";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";
import { edgeOfDay } from "@/lib/time";
import { placeHold } from "@/features/recordings/api/recordings";
import { evidence } from "@/features/recordings/evidence-messages";

interface Values {
  why: string;
  until?: Dayjs | null;
}

/** Places a legal hold on a recording. */
export function HoldForm({ recordingId, onClose }: { recordingId: string | null; onClose: () => void }) {
  const t = useText(evidence);
  const c = useText(common);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const save = useMutation({
    mutationFn: ({ why, until }: Values) =>
      placeHold(recordingId ?? "", { why, until: until ? edgeOfDay(until, "end") : null }),
    onSuccess: () => {
      void message.success(t("holdPlaced"));
      void client.invalidateQueries({ queryKey: ["/api/recordings"] });
      onClose();
    },
    onError: (error) => void message.error(error.message),
  });
  return (
    <Modal
      open={recordingId !== null}
      title={t("placeHold")}
      onCancel={onClose}
      onOk={() => form.submit()}
      okButtonProps={{ loading: save.isPending, ...({ "data-testid": "hold-ok" } as object) }}
      destroyOnHidden
    >
      <Form form={form} layout="vertical" preserve={false} onFinish={(values) => save.mutate(values)}>
        <Form.Item name="why" label={t("why")} rules={[{ required: true, whitespace: true, message: c("required") }]}>
          <Input.TextArea rows={3} maxLength={500} autoFocus data-testid="hold-why" />
        </Form.Item>
        <Form.Item name="until" label={t("until")}>
          <DatePicker style={{ width: "100%" }} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
