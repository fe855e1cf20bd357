import { useMutation } from "@tanstack/react-query";
import { App, Button, Input, Modal, Segmented } from "antd";
import { DownloadOutlined } from "@ant-design/icons";
import { useState } from "react";
import { useText } from "@/lib/text";
import { exportRecordings } from "@/features/recordings/api/recordings";
import { evidence } from "@/features/recordings/evidence-messages";

/** Takes recordings out as an archive: asks why and in which format. */
export function ExportButton({ ids, label }: { ids: string[]; label: string }) {
  const t = useText(evidence);
  const { notification, message } = App.useApp();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const [format, setFormat] = useState<"flac" | "wav">("flac");
  const run = useMutation({
    mutationFn: () => exportRecordings({ ids, format, reason: reason.trim() }),
    onSuccess: ({ name, sha256, content }) => {
      const address = URL.createObjectURL(content);
      const link = document.createElement("a");
      link.href = address;
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      setOpen(false);
      setReason("");
      notification.success({ title: name, description: t("exported", { sha: sha256 }), duration: 15 });
    },
    onError: (error) => void message.error(error.message),
  });
  return (
    <>
      <Button
        icon={<DownloadOutlined />}
        disabled={ids.length === 0}
        onClick={() => setOpen(true)}
        data-testid="export-recordings"
      >
        {label}
      </Button>
      <Modal
        open={open}
        title={t("exportTitle")}
        okText={t("export")}
        onCancel={() => setOpen(false)}
        onOk={() => run.mutate()}
        okButtonProps={{
          disabled: !reason.trim(),
          loading: run.isPending,
          ...({ "data-testid": "export-ok" } as object),
        }}
        destroyOnHidden
      >
        <div className="stack">
          <span className="quiet">{t("exportHint")}</span>
          <div className="row">
            {t("format")}
            <Segmented
              value={format}
              onChange={(value) => setFormat(value as "flac" | "wav")}
              options={[
                { value: "flac", label: "FLAC" },
                { value: "wav", label: "WAV" },
              ]}
            />
          </div>
          <Input.TextArea
            autoFocus
            rows={3}
            maxLength={500}
            placeholder={t("reason")}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            data-testid="export-reason"
          />
        </div>
      </Modal>
    </>
  );
}
