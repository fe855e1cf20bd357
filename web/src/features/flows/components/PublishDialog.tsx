import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Input, Modal, Tag } from "antd";
import { useState } from "react";
import { useText } from "@/lib/text";
import { flowsKey, publish, type FlowRow } from "@/features/flows/api/flows";
import { messages } from "@/features/flows/messages";

interface Props {
  flow: FlowRow;
  /** Saves what is not saved yet; answers the revision that is published. */
  save: () => Promise<number>;
  onClose: () => void;
}

/** Publishing: who uses the flow, and a note of what changed. */
export function PublishDialog({ flow, save, onClose }: Props) {
  const t = useText(messages);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [note, setNote] = useState("");
  const send = useMutation({
    mutationFn: async () => publish(flow.id, await save(), note.trim()),
    onSuccess: async ({ version }) => {
      void message.success(t("publishedNow", { n: version }));
      onClose();
      await client.invalidateQueries({ queryKey: flowsKey, predicate: ({ queryKey }) => queryKey[2] !== "draft" });
    },
  });
  return (
    <Modal
      open
      title={t("publishTitle")}
      okText={t("publish")}
      onCancel={onClose}
      onOk={() => send.mutate()}
      confirmLoading={send.isPending}
      okButtonProps={{ "data-testid": "publish-sure" }}
    >
      {send.error && <Alert type="error" showIcon title={send.error.message} style={{ marginBottom: 12 }} />}
      <p>{t("publishHint")}</p>
      <div className="small quiet">{t("usedBy")}</div>
      <p>
        {flow.hotlines.length === 0
          ? t("notUsed")
          : flow.hotlines.map((one) => (
              <Tag key={one.id + one.use}>
                {one.number} {one.name}
              </Tag>
            ))}
      </p>
      <Input.TextArea
        value={note}
        onChange={(event) => setNote(event.target.value)}
        placeholder={t("publishNote")}
        autoSize={{ minRows: 2 }}
        maxLength={200}
        data-testid="publish-note"
      />
    </Modal>
  );
}
