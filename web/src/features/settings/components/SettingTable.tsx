import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Modal, Popconfirm, Table, type TableProps } from "antd";
import { DeleteOutlined } from "@ant-design/icons";
import { useState, type ReactNode } from "react";
import { ErrorNotice } from "@/components/ErrorNotice";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";
import { removeRow, saveRow, settingsQuery } from "@/features/settings/api/lines";
import { messages } from "@/features/settings/messages";

interface Props<T extends object> {
  path: string;
  columns: NonNullable<TableProps<T>["columns"]>;
  /** The form's fields; `editing` is null for a new row. */
  fields: (editing: T | null) => ReactNode;
  nameOf: (row: T) => string;
  idOf?: (row: T) => string;
  initial?: Record<string, unknown>;
  /** Row to form values, and form values to what is sent. */
  toForm?: (row: T) => Record<string, unknown>;
  toBody?: (values: Record<string, unknown>, editing: T | null) => object;
  removable?: boolean;
  /** What the button says; «Add» where the table stands alone. */
  addLabel?: string;
  testid: string;
  /** Of the form's window. */
  width?: number;
}

/** A small table of settings: a click changes a row, a button adds one. */
export function SettingTable<T extends object>(props: Props<T>) {
  const {
    path,
    columns,
    fields,
    nameOf,
    idOf = (row) => (row as unknown as { id: string }).id,
    initial,
    toForm,
    toBody,
    removable = true,
    addLabel,
    testid,
    width = 520,
  } = props;
  const t = useText(messages);
  const c = useText(common);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm();
  const [open, setOpen] = useState<T | "new" | null>(null);
  const editing = open === "new" ? null : open;
  const { data, error, isPending, refetch } = useQuery(settingsQuery<T>(path));
  const fresh = () => {
    void client.invalidateQueries({ queryKey: ["settings"] });
    void message.success(t("saved"));
  };
  const save = useMutation({
    mutationFn: (values: Record<string, unknown>) =>
      saveRow(path, editing ? idOf(editing) : null, toBody ? toBody(values, editing) : values),
    onSuccess: () => {
      setOpen(null);
      fresh();
    },
  });
  const remove = useMutation({
    mutationFn: (id: string) => removeRow(path, id),
    onSuccess: fresh,
    onError: (fault) => void message.error(fault.message),
  });
  const start = (row: T | "new") => {
    save.reset();
    setOpen(row);
  };
  return (
    <div className="stack" data-testid={testid}>
      <div className="row">
        <Button type="primary" onClick={() => start("new")} data-testid={`${testid}-add`}>
          {addLabel ?? t("add")}
        </Button>
      </div>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      <Table<T>
        size="middle"
        className="panel"
        loading={isPending}
        dataSource={data?.items ?? []}
        rowKey={idOf}
        pagination={false}
        scroll={{ x: "max-content" }}
        onRow={(row) =>
          ({
            onClick: () => start(row),
            style: { cursor: "pointer" },
            "data-testid": "row",
          }) as React.HTMLAttributes<HTMLElement>
        }
        columns={[
          ...columns,
          ...(removable
            ? [
                {
                  key: "remove",
                  width: 48,
                  render: (_: unknown, row: T) => (
                    <span onClick={(event) => event.stopPropagation()}>
                      <Popconfirm
                        title={t("removeSure", { name: nameOf(row) })}
                        onConfirm={() => remove.mutate(idOf(row))}
                      >
                        <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={c("remove")} />
                      </Popconfirm>
                    </span>
                  ),
                },
              ]
            : []),
        ]}
      />
      <Modal
        open={open !== null}
        title={editing ? t("editOf", { name: nameOf(editing) }) : (addLabel ?? t("add"))}
        okText={c("save")}
        onCancel={() => setOpen(null)}
        onOk={form.submit}
        confirmLoading={save.isPending}
        width={width}
        destroyOnHidden
      >
        {save.error && (
          <Alert
            type="error"
            showIcon
            title={save.error.message}
            style={{ marginBottom: 12 }}
            data-testid="form-error"
          />
        )}
        <Form
          form={form}
          key={editing ? idOf(editing) : "new"}
          preserve={false}
          layout="vertical"
          initialValues={editing ? (toForm ? toForm(editing) : (editing as Record<string, unknown>)) : (initial ?? {})}
          onFinish={(values: Record<string, unknown>) => save.mutate(values)}
        >
          {fields(editing)}
        </Form>
      </Modal>
    </div>
  );
}
