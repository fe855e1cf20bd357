import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, DatePicker, Form, Input, Modal, Popconfirm } from "antd";
import { DeleteOutlined } from "@ant-design/icons";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { QueryTable } from "@/components/QueryTable";
import { SearchBox } from "@/components/SearchBox";
import { common } from "@/lib/common-messages";
import { useListState } from "@/lib/list-state";
import { useCan } from "@/lib/session";
import { useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import { addBlacklisted, removeBlacklisted, type BlacklistEntry } from "@/features/customers/api/customers";
import { messages } from "@/features/customers/messages";

/** Numbers whose calls are turned away. */
export function Blacklist() {
  const t = useText(messages);
  const c = useText(common);
  const can = useCan();
  const client = useQueryClient();
  const { message } = App.useApp();
  const list = useListState(["q"]);
  const [adding, setAdding] = useState(false);
  const [form] = Form.useForm<{ number: string; reason: string; expires_at?: Dayjs | null }>();
  const fresh = () => void client.invalidateQueries({ queryKey: ["/api/blacklist"] });
  const add = useMutation({
    mutationFn: ({ number, reason, expires_at }: { number: string; reason: string; expires_at?: Dayjs | null }) =>
      addBlacklisted({ number, reason, expires_at: expires_at?.endOf("day").toISOString() ?? null }),
    onSuccess: () => {
      setAdding(false);
      fresh();
    },
  });
  const remove = useMutation({
    mutationFn: removeBlacklisted,
    onSuccess: fresh,
    onError: (error) => void message.error(error.message),
  });
  const curate = can("customers.curate");
  const rules = [{ required: true, message: c("required") }];
  return (
    <div className="stack" data-testid="blacklist">
      <div className="row wrap">
        <SearchBox list={list} placeholder={t("number")} />
        {curate && (
          <Button type="primary" onClick={() => setAdding(true)} data-testid="add-blacklist">
            {t("addBlack")}
          </Button>
        )}
        <span className="quiet">{t("blackHint")}</span>
      </div>
      <QueryTable<BlacklistEntry>
        path="/api/blacklist"
        list={list}
        columns={[
          { title: t("number"), dataIndex: "number", render: (number: string) => <b className="numbers">{number}</b> },
          { title: t("why"), dataIndex: "reason" },
          { title: t("by"), dataIndex: "by_name" },
          { title: t("created"), dataIndex: "created_at", sorter: true, render: (at: string) => dateTime(at) },
          {
            title: t("expires"),
            dataIndex: "expires_at",
            sorter: true,
            render: (at: string | null) => (at ? dateTime(at) : t("never")),
          },
          ...(curate
            ? [
                {
                  key: "remove",
                  width: 48,
                  render: (_: unknown, row: BlacklistEntry) => (
                    <Popconfirm title={t("removeSure")} onConfirm={() => remove.mutate(row.id)}>
                      <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={c("remove")} />
                    </Popconfirm>
                  ),
                },
              ]
            : []),
        ]}
      />
      <Modal
        open={adding}
        title={t("addBlack")}
        onCancel={() => setAdding(false)}
        onOk={form.submit}
        okText={c("save")}
        confirmLoading={add.isPending}
        destroyOnHidden
      >
        {add.error && <Alert type="error" showIcon title={add.error.message} style={{ marginBottom: 12 }} />}
        <Form form={form} layout="vertical" preserve={false} onFinish={(values) => add.mutate(values)}>
          <Form.Item name="number" label={t("number")} rules={rules}>
            <Input autoFocus data-testid="blacklist-number" />
          </Form.Item>
          <Form.Item name="reason" label={t("why")} rules={rules}>
            <Input data-testid="blacklist-reason" />
          </Form.Item>
          <Form.Item name="expires_at" label={t("expires")}>
            <DatePicker placeholder={t("never")} />
          </Form.Item>
        </Form>
      </Modal>
    </div>
  );
}
