import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Form, Modal, Spin } from "antd";
import { answer, api, type Schema } from "@/api/client";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";
import { catalogueMessages } from "@/features/settings/catalogue-messages";
import { NumberField, TextField } from "./Fields";

const KEY = ["/api/order-settings"];

/** When a repeated order is suspicious, and whose name stands on the labels. */
export function OrderSettings({ onClose }: { onClose: () => void }) {
  const t = useText(catalogueMessages);
  const c = useText(common);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Schema["OrderSettingsIn"]>();
  const { data, error } = useQuery({ queryKey: KEY, queryFn: () => answer(api.GET("/api/order-settings")) });
  const mutation = useMutation({
    mutationFn: (body: Schema["OrderSettingsIn"]) => answer(api.PUT("/api/order-settings", { body })),
    onSuccess: () => {
      void message.success(t("saved"));
      void client.invalidateQueries({ queryKey: KEY });
      onClose();
    },
  });
  const fault = error ?? mutation.error;
  return (
    <Modal
      open
      title={t("orderSettings")}
      okText={c("save")}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={mutation.isPending}
    >
      {fault && <Alert type="error" showIcon title={fault.message} style={{ marginBottom: 12 }} />}
      {data ? (
        <Form form={form} layout="vertical" initialValues={data} onFinish={(values) => mutation.mutate(values)}>
          <NumberField name="duplicate_days" label={t("duplicateDays")} max={365} />
          <TextField name="sender_name" label={t("senderName")} optional />
          <TextField name="sender_phone" label={t("senderPhone")} optional />
          <TextField name="sender_address" label={t("senderAddress")} optional />
        </Form>
      ) : (
        <Spin />
      )}
    </Modal>
  );
}
