import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, Modal, Table } from "antd";
import { useState } from "react";
import { ErrorNotice } from "@/components/ErrorNotice";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";
import { addCourier, addNumbers, couriersQuery, type Courier } from "@/features/dispatch/api/shipping";
import { messages } from "@/features/dispatch/messages";

/** Couriers and their pools of waybill numbers. */
export function Couriers() {
  const t = useText(messages);
  const c = useText(common);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Record<"code" | "name" | "first" | "last", string>>();
  const [open, setOpen] = useState<Courier | "new" | null>(null);
  const { data, error, isPending, refetch } = useQuery(couriersQuery);
  const mutation = useMutation({
    mutationFn: async ({ code, name, first, last }: Record<"code" | "name" | "first" | "last", string>) => {
      if (open === "new") {
        await addCourier({ code, name, active: true });
        return t("saved");
      }
      const { added } = await addNumbers(open?.id ?? "", first.trim(), last.trim());
      return t("added", { n: added });
    },
    onSuccess: (text) => {
      setOpen(null);
      void message.success(text);
      void client.invalidateQueries({ queryKey: ["/api/couriers"] });
    },
  });
  const rules = [{ required: true, message: c("required") }];
  const field = (name: "code" | "name" | "first" | "last") => (
    <Form.Item name={name} label={t(name)} rules={rules}>
      <Input data-testid={`courier-${name}`} />
    </Form.Item>
  );
  return (
    <div className="stack" data-testid="couriers">
      <div className="row">
        <Button type="primary" onClick={() => setOpen("new")}>
          {t("addCourier")}
        </Button>
      </div>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      <Table<Courier>
        size="middle"
        className="panel"
        rowKey="id"
        loading={isPending}
        dataSource={data ?? []}
        pagination={false}
        columns={[
          { title: t("code"), dataIndex: "code", render: (code: string) => <code>{code}</code> },
          { title: t("name"), dataIndex: "name", render: (name: string) => <b>{name}</b> },
          {
            title: t("freeNumbers"),
            dataIndex: "free_numbers",
            render: (n: number) => (
              <span className="numbers" style={n < 100 ? { color: "#c9730a", fontWeight: 600 } : undefined}>
                {n}
              </span>
            ),
          },
          {
            key: "add",
            render: (_, row) => (
              <Button size="small" onClick={() => setOpen(row)}>
                {t("addNumbers")}
              </Button>
            ),
          },
        ]}
      />
      <Modal
        open={open !== null}
        title={open === "new" ? t("addCourier") : t("addNumbers")}
        okText={c("save")}
        onCancel={() => {
          setOpen(null);
          mutation.reset();
        }}
        onOk={form.submit}
        confirmLoading={mutation.isPending}
        destroyOnHidden
      >
        {mutation.error && <Alert type="error" showIcon title={mutation.error.message} style={{ marginBottom: 12 }} />}
        <Form form={form} layout="vertical" preserve={false} onFinish={(values) => mutation.mutate(values)}>
          {open === "new"
            ? [field("code"), field("name")].map((item, index) => <div key={index}>{item}</div>)
            : [field("first"), field("last")].map((item, index) => <div key={index}>{item}</div>)}
        </Form>
      </Modal>
    </div>
  );
}
