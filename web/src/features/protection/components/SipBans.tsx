import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Empty, Form, Input, InputNumber, Modal, Popconfirm, Segmented, Table } from "antd";
import { useState } from "react";
import { ErrorNotice } from "@/components/ErrorNotice";
import { PageFrame } from "@/components/PageFrame";
import { common } from "@/lib/common-messages";
import { useLabel, useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import { ban, bansQuery, lift, type SipBan } from "@/features/protection/api/protection";
import { messages, reasonWords } from "@/features/protection/messages";

/** Addresses that SIP refuses, for the system administrator. */
export function SipBans() {
  const t = useText(messages);
  const c = useText(common);
  const label = useLabel();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [past, setPast] = useState(false);
  const [adding, setAdding] = useState(false);
  const [form] = Form.useForm<{ address: string; hours: number; note?: string }>();
  const { data, error, isPending, refetch } = useQuery(bansQuery(past));
  const fresh = () => void client.invalidateQueries({ queryKey: ["sip-bans"] });
  const letIn = useMutation({
    mutationFn: lift,
    onSettled: fresh,
    onError: (fault) => void message.error(fault.message),
  });
  const add = useMutation({
    mutationFn: (values: { address: string; hours: number; note?: string }) => ban({ note: "", ...values }),
    onSuccess: () => {
      setAdding(false);
      fresh();
    },
  });
  const rules = [{ required: true, message: c("required") }];
  return (
    <PageFrame title={t("title")} testid="sip-bans">
      <div className="stack">
        <div className="row wrap">
          <Segmented
            value={past}
            onChange={setPast}
            options={[
              { value: false, label: t("now") },
              { value: true, label: t("past") },
            ]}
          />
          <Button type="primary" onClick={() => setAdding(true)} data-testid="ban-address">
            {t("ban")}
          </Button>
          <span className="quiet">{t("hint")}</span>
        </div>
        <ErrorNotice error={error} onRetry={() => void refetch()} />
        <Table<SipBan>
          size="middle"
          className="panel"
          rowKey="id"
          loading={isPending}
          dataSource={data?.items ?? []}
          pagination={false}
          scroll={{ x: "max-content" }}
          locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("nothing")} /> }}
          columns={[
            { title: t("address"), dataIndex: "address", render: (at: string) => <b className="numbers">{at}</b> },
            { title: t("reason"), dataIndex: "reason", render: (code: string) => label(reasonWords, code) },
            { title: t("count"), dataIndex: "count", render: (count: number) => count || "" },
            { title: t("note"), dataIndex: "note" },
            { title: t("since"), dataIndex: "banned_at", render: (at: string) => dateTime(at) },
            { title: t("until"), dataIndex: "ends_at", render: (at: string) => dateTime(at) },
            past
              ? {
                  title: t("lifted"),
                  dataIndex: "lifted_at",
                  render: (at: string | null) => (at ? dateTime(at) : t("expired")),
                }
              : {
                  key: "lift",
                  render: (_: unknown, row: SipBan) => (
                    <Popconfirm
                      title={t("liftSure", { address: row.address })}
                      onConfirm={() => letIn.mutate(row.id)}
                      okButtonProps={{ ...{ "data-testid": "lift-sure" } }}
                    >
                      <Button size="small" data-testid="lift-ban">
                        {t("lift")}
                      </Button>
                    </Popconfirm>
                  ),
                },
          ]}
        />
      </div>
      <Modal
        open={adding}
        title={t("ban")}
        onCancel={() => setAdding(false)}
        onOk={form.submit}
        okText={c("save")}
        okButtonProps={{ ...{ "data-testid": "save-ban" } }}
        confirmLoading={add.isPending}
        destroyOnHidden
      >
        {add.error && <Alert type="error" showIcon title={add.error.message} style={{ marginBottom: 12 }} />}
        <Form
          form={form}
          layout="vertical"
          preserve={false}
          initialValues={{ hours: 24 }}
          onFinish={(values) => add.mutate(values)}
        >
          <Form.Item name="address" label={t("address")} rules={rules}>
            <Input autoFocus placeholder="203.0.113.7" data-testid="ban-ip" />
          </Form.Item>
          <Form.Item name="hours" label={t("hours")} rules={rules}>
            <InputNumber min={0.1} max={8760} />
          </Form.Item>
          <Form.Item name="note" label={t("note")}>
            <Input maxLength={200} />
          </Form.Item>
        </Form>
      </Modal>
    </PageFrame>
  );
}
