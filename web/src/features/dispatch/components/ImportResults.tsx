import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Table, Upload } from "antd";
import { InboxOutlined } from "@ant-design/icons";
import { ApiError } from "@/api/client";
import { useText } from "@/lib/text";
import { importResults } from "@/features/dispatch/api/shipping";
import { messages } from "@/features/dispatch/messages";

interface Fault {
  row: number;
  message: string;
}

/** The courier's results by file: all rows or none; every wrong row is named. */
export function ImportResults() {
  const t = useText(messages);
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: importResults,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["/api/orders"] });
      void client.invalidateQueries({ queryKey: ["/api/waybills"] });
    },
  });
  const faults =
    mutation.error instanceof ApiError && Array.isArray(mutation.error.data["rows"])
      ? (mutation.error.data["rows"] as Fault[])
      : [];
  return (
    <div className="stack" style={{ maxWidth: 820 }} data-testid="import">
      <Upload.Dragger
        accept=".csv,text/csv"
        showUploadList={false}
        disabled={mutation.isPending}
        beforeUpload={(file) => (mutation.mutate(file), false)}
        data-testid="import-file"
      >
        <p className="ant-upload-drag-icon">
          <InboxOutlined />
        </p>
        <p>{t("importHint")}</p>
        <p className="quiet">{t("importRule")}</p>
      </Upload.Dragger>
      {mutation.data && (
        <Alert
          type="success"
          showIcon
          title={t("imported", { n: mutation.data.accepted, same: mutation.data.unchanged })}
          data-testid="import-done"
        />
      )}
      {mutation.error && (
        <Alert
          type="error"
          showIcon
          title={mutation.error.message}
          description={faults.length > 0 && t("rejected")}
          data-testid="import-rejected"
        />
      )}
      {faults.length > 0 && (
        <Table<Fault>
          size="small"
          className="panel"
          rowKey={({ row, message }) => `${row}-${message}`}
          dataSource={faults}
          pagination={faults.length > 50 ? { pageSize: 50 } : false}
          data-testid="import-faults"
          columns={[
            { title: t("row"), dataIndex: "row", width: 80 },
            { title: t("fault"), dataIndex: "message" },
          ]}
        />
      )}
    </div>
  );
}
