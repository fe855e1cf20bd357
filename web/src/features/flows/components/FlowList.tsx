import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Dropdown, Form, Input, Modal, Select, Tag } from "antd";
import { MoreOutlined } from "@ant-design/icons";
import { useState } from "react";
import { useNavigate } from "react-router";
import { PageFrame } from "@/components/PageFrame";
import { QueryTable } from "@/components/QueryTable";
import { SearchBox } from "@/components/SearchBox";
import { common } from "@/lib/common-messages";
import { useListState } from "@/lib/list-state";
import { useCan } from "@/lib/session";
import { useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import { addFlow, changeFlow, choicesQuery, removeFlow, type FlowRow } from "@/features/flows/api/flows";
import { messages } from "@/features/flows/messages";

const TEMPLATES = ["empty", "menu", "order_status", "copy"] as const;

interface Values {
  name: string;
  note?: string;
  template: (typeof TEMPLATES)[number];
  copy_of?: string;
}

function NewFlow({ onClose }: { onClose: () => void }) {
  const t = useText(messages);
  const c = useText(common);
  const navigate = useNavigate();
  const [form] = Form.useForm<Values>();
  const template = Form.useWatch("template", form);
  const { data: flows } = useQuery(choicesQuery<FlowRow>("/api/flows"));
  const make = useMutation({
    mutationFn: ({ template: from, copy_of, ...rest }: Values) =>
      addFlow({ ...rest, ...(from === "copy" ? copy_of && { copy_of } : { template: from }) }),
    onSuccess: ({ id }) => void navigate(`/flows/${id}`),
  });
  return (
    <Modal
      open
      title={t("add")}
      okText={c("create")}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={make.isPending}
      okButtonProps={{ "data-testid": "make-flow" }}
    >
      {make.error && <Alert type="error" showIcon title={make.error.message} style={{ marginBottom: 12 }} />}
      <Form
        form={form}
        layout="vertical"
        initialValues={{ template: "empty" }}
        onFinish={(values) => make.mutate(values)}
      >
        <Form.Item name="name" label={t("name")} rules={[{ required: true, whitespace: true, message: c("required") }]}>
          <Input maxLength={60} autoFocus data-testid="flow-name" />
        </Form.Item>
        <Form.Item name="template" label={t("template")}>
          <Select
            options={TEMPLATES.map((one) => ({ value: one, label: t(`template_${one}`) }))}
            data-testid="flow-template"
          />
        </Form.Item>
        {template === "copy" && (
          <Form.Item name="copy_of" label={t("copyOf")} rules={[{ required: true, message: c("required") }]}>
            <Select
              showSearch={{ optionFilterProp: "label" }}
              options={(flows?.items ?? []).map((one) => ({ value: one.id, label: one.name }))}
            />
          </Form.Item>
        )}
        <Form.Item name="note" label={t("note")}>
          <Input.TextArea maxLength={200} autoSize={{ minRows: 2 }} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function RowMenu({ row }: { row: FlowRow }) {
  const t = useText(messages);
  const c = useText(common);
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const run = useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSuccess: () => client.invalidateQueries({ queryKey: ["/api/flows"] }),
    onError: (fault) => void message.error(fault.message),
  });
  const rename = () => {
    let name = row.name;
    void modal.confirm({
      title: t("rename"),
      content: <Input defaultValue={row.name} maxLength={60} onChange={(event) => (name = event.target.value)} />,
      onOk: () => name.trim() && run.mutateAsync(() => changeFlow(row.id, { name: name.trim() })),
    });
  };
  const archive = () => run.mutate(() => changeFlow(row.id, { archived: !row.archived }));
  const remove = () =>
    void modal.confirm({
      title: t("removeSure", { name: row.name }),
      onOk: () => run.mutateAsync(() => removeFlow(row.id)),
    });
  return (
    <span onClick={(event) => event.stopPropagation()}>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            { key: "rename", label: t("rename"), onClick: rename },
            { key: "archive", label: t(row.archived ? "unarchive" : "archive"), onClick: archive },
            ...(row.published === null && row.hotlines.length === 0
              ? [{ key: "remove", label: c("remove"), danger: true, onClick: remove }]
              : []),
          ],
        }}
      >
        <Button size="small" type="text" icon={<MoreOutlined />} aria-label={c("actions")} data-testid="flow-menu" />
      </Dropdown>
    </span>
  );
}

/** All call flows: what is published, who uses it, and what has changed since. */
export function FlowList() {
  const t = useText(messages);
  const can = useCan();
  const navigate = useNavigate();
  const list = useListState(["q"]);
  const [making, setMaking] = useState(false);
  return (
    <PageFrame
      title={t("title")}
      testid="flows"
      filters={<SearchBox list={list} placeholder={t("search")} />}
      actions={
        can("flows.manage") && (
          <Button type="primary" onClick={() => setMaking(true)} data-testid="add-flow">
            {t("add")}
          </Button>
        )
      }
    >
      <QueryTable<FlowRow>
        path="/api/flows"
        list={list}
        empty={t("empty")}
        onOpen={(row) => void navigate(`/flows/${row.id}`)}
        columns={[
          {
            title: t("name"),
            key: "name",
            render: (_, row) => (
              <>
                <b>{row.name}</b> {row.archived && <Tag>{t("archived")}</Tag>}
                {row.note && <div className="small quiet">{row.note}</div>}
              </>
            ),
          },
          {
            title: t("hotlines"),
            key: "hotlines",
            render: (_, row) =>
              row.hotlines.length === 0 ? (
                <span className="quiet">{t("noHotline")}</span>
              ) : (
                row.hotlines.map((one) => (
                  <Tag key={one.id + one.use} color={one.use === "flow" ? "blue" : "default"}>
                    {one.number} {one.name}
                    {one.use !== "flow" && ` · ${t(`use_${one.use}`)}`}
                  </Tag>
                ))
              ),
          },
          {
            title: t("published"),
            key: "published",
            render: (_, row) =>
              row.published === null ? (
                <span className="quiet">{t("never")}</span>
              ) : (
                <>
                  {t("version", { n: row.published })}
                  <div className="small quiet">{row.published_at && dateTime(row.published_at)}</div>
                </>
              ),
          },
          {
            title: t("draft"),
            key: "draft",
            render: (_, row) => {
              const newer = row.published === null || (row.published_at ?? "") < row.changed_at;
              return <Tag color={newer ? "orange" : "default"}>{t(newer ? "draftNewer" : "draftSame")}</Tag>;
            },
          },
          {
            title: t("changed"),
            key: "changed",
            render: (_, row) => (
              <>
                {dateTime(row.changed_at)}
                <div className="small quiet">{row.changed_by}</div>
              </>
            ),
          },
          ...(can("flows.manage")
            ? [{ key: "menu", width: 48, render: (_: unknown, row: FlowRow) => <RowMenu row={row} /> }]
            : []),
        ]}
      />
      {making && <NewFlow onClose={() => setMaking(false)} />}
    </PageFrame>
  );
}
