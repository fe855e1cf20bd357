import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Drawer, Form, Input, Select, Switch, Table } from "antd";
import { useState } from "react";
import { common } from "@/lib/common-messages";
import { money } from "@/lib/money";
import { useText } from "@/lib/text";
import { addProduct, changeProduct, type Article, type Product } from "@/features/settings/api/catalogue";
import { settingsQuery, type Hotline, type Line } from "@/features/settings/api/lines";
import { catalogueMessages } from "@/features/settings/catalogue-messages";
import { TextField } from "./Fields";
import { SkuForm } from "./SkuForm";

type ProductValues = Pick<Product, "code" | "name" | "description" | "hotline_ids" | "line_ids" | "active">;

/** A product with where it is sold, and its variants. */
export function ProductDrawer({ product, onClose }: { product: Product | null; onClose: () => void }) {
  const t = useText(catalogueMessages);
  const c = useText(common);
  const client = useQueryClient();
  const { message } = App.useApp();
  const { data: lines } = useQuery(settingsQuery<Line>("/api/lines"));
  const { data: hotlines } = useQuery(settingsQuery<Hotline>("/api/hotlines"));
  const [sku, setSku] = useState<Article | "new" | null>(null);
  const [skus, setSkus] = useState(product?.skus ?? []);
  const mutation = useMutation({
    mutationFn: ({ code, name, description, hotline_ids, line_ids, active }: ProductValues) => {
      const values = {
        name,
        description: description ?? "",
        hotline_ids: hotline_ids ?? [],
        line_ids: line_ids ?? [],
        active,
      };
      return product ? changeProduct(product.id, values) : addProduct({ ...values, code });
    },
    onSuccess: () => {
      void message.success(t("saved"));
      void client.invalidateQueries({ queryKey: ["/api/products"] });
      onClose();
    },
  });
  return (
    <Drawer open size={620} title={product ? t("edit", { name: product.name }) : t("addProduct")} onClose={onClose}>
      {mutation.error && <Alert type="error" showIcon title={mutation.error.message} style={{ marginBottom: 12 }} />}
      <Form
        layout="vertical"
        initialValues={product ?? { active: true, hotline_ids: [], line_ids: [] }}
        onFinish={(values: ProductValues) => mutation.mutate(values)}
      >
        <TextField name="code" label={t("code")} disabled={product !== null} />
        <TextField name="name" label={t("name")} />
        <Form.Item name="description" label={t("description")}>
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={2000} />
        </Form.Item>
        <Form.Item name="line_ids" label={t("soldBy")}>
          <Select
            mode="multiple"
            placeholder={t("everywhere")}
            options={(lines?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
        <Form.Item name="hotline_ids" label={t("soldOn")}>
          <Select
            mode="multiple"
            placeholder={t("everywhere")}
            options={(hotlines?.items ?? []).map(({ id, name, number }) => ({ value: id, label: `${name} ${number}` }))}
          />
        </Form.Item>
        <Form.Item name="active" label={t("active")} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={mutation.isPending}>
          {c("save")}
        </Button>
      </Form>
      {product && (
        <div className="stack" style={{ marginTop: 24 }}>
          <div className="row apart">
            <b>{t("skus")}</b>
            <Button size="small" onClick={() => setSku("new")}>
              {t("addSku")}
            </Button>
          </div>
          <Table<Article>
            size="small"
            rowKey="sku_id"
            dataSource={skus}
            pagination={false}
            onRow={(row) => ({ onClick: () => setSku(row), style: { cursor: "pointer" } })}
            columns={[
              { title: t("code"), dataIndex: "code" },
              { title: t("variant"), dataIndex: "sku_name" },
              {
                title: t("price"),
                dataIndex: "price_minor",
                align: "right",
                render: (minor: number, row) => money(minor, row.currency),
              },
              { title: t("stock"), dataIndex: "stock", align: "right" },
              { title: t("reserved"), dataIndex: "reserved", align: "right" },
              { title: t("available"), dataIndex: "available", align: "right", render: (n: number) => <b>{n}</b> },
            ]}
          />
        </div>
      )}
      {product && sku && (
        <SkuForm
          product={product}
          sku={sku === "new" ? null : sku}
          onSaved={(saved) => setSkus((before) => [...before.filter(({ sku_id }) => sku_id !== saved.sku_id), saved])}
          onClose={() => setSku(null)}
        />
      )}
    </Drawer>
  );
}
