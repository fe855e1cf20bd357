import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, InputNumber, Modal, Table } from "antd";
import { useState } from "react";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useText } from "@/lib/text";
import { limitsQuery, saveLimits, type Limit } from "@/features/voicemail/api/voicemail";
import { messages } from "@/features/voicemail/messages";

/** After how many minutes an unheard message of each queue is told to supervisors. */
export function Limits({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useText(messages);
  const client = useQueryClient();
  const { message } = App.useApp();
  const { data, error, isPending, refetch } = useQuery({ ...limitsQuery, enabled: open });
  const [changed, setChanged] = useState<Record<string, number>>({});
  const save = useMutation({
    mutationFn: () =>
      saveLimits(Object.entries(changed).map(([queue_id, minutes]) => ({ queue_id, escalate_after_s: minutes * 60 }))),
    onSuccess: () => {
      setChanged({});
      void client.invalidateQueries({ queryKey: limitsQuery.queryKey });
      void message.success(t("saved"));
      onClose();
    },
    onError: (fault) => void message.error(fault.message),
  });
  return (
    <Modal
      open={open}
      title={t("limitsTitle")}
      onCancel={onClose}
      onOk={() => save.mutate()}
      okButtonProps={{ disabled: Object.keys(changed).length === 0, loading: save.isPending }}
      destroyOnHidden
    >
      <p className="quiet">{t("limitsHint")}</p>
      {error ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : (
        <Table<Limit>
          size="small"
          rowKey="queue_id"
          loading={isPending}
          pagination={false}
          dataSource={data?.items ?? []}
          columns={[
            { title: t("queueName"), dataIndex: "queue_name" },
            {
              title: t("minutes"),
              key: "minutes",
              width: 140,
              render: (_, row) => (
                <InputNumber
                  min={1}
                  max={1440}
                  value={changed[row.queue_id] ?? Math.round(row.escalate_after_s / 60)}
                  aria-label={`${row.queue_name} ${t("minutes")}`}
                  onChange={(value) => value !== null && setChanged({ ...changed, [row.queue_id]: value })}
                />
              ),
            },
          ]}
        />
      )}
    </Modal>
  );
}
