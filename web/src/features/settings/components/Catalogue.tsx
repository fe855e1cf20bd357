import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Drawer, Form, Input, InputNumber, Modal, Select, Switch, Table, Tag } from "antd";
import { useState } from "react";
import { PageFrame } from "@/components/PageFrame";
import { QueryTable } from "@/components/QueryTable";
import { SearchBox } from "@/components/SearchBox";
import { common } from "@/lib/common-messages";
import { useListState } from "@/lib/list-state";
import { money } from "@/lib/money";
import { useText } from "@/lib/text";
import {
  addProduct,
  addSku,
  changeProduct,
  changeSku,
  type Article,
  type Product,
} from "@/features/settings/api/catalogue";
import { settingsQuery, type Hotline } from "@/features/settings/api/lines";
import { catalogueMessages } from "@/features/settings/catalogue-messages";
import { TextField, useNames } from "./Fields";
import { OrderSettings } from "./OrderSettings";

interface SkuValues {
  code: string;
  name?: string;
  price: number;
  stock: number;
  active: boolean;
}

function SkuForm({
  product,
  sku,
  onSaved,
  onClose,
}: {
  product: Product;
  sku: Article | null;
  onSaved: (saved: Article) => void;
  onClose: () => void;
}) {
  const t = useText(catalogueMessages);
  const c = useText(common);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<SkuValues>();
  const mutation = useMutation({
    mutationFn: ({ code, name = "", price, stock, active }: SkuValues) => {
      const values = { name, price_minor: Math.round(price * 100), stock, active };
      return sku ? changeSku(sku.sku_id, values) : addSku({ ...values, code, product_id: product.id });
    },
    onSuccess: (saved) => {
      void message.success(t("saved"));
      void client.invalidateQueries({ queryKey: ["/api/products"] });
      onSaved(saved);
      onClose();
    },
  });
  return (
    <Modal
      open
      title={sku ? t("edit", { name: sku.code }) : t("addSku")}
      okText={c("save")}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={mutation.isPending}
    >
      {mutation.error && <Alert type="error" showIcon title={mutation.error.message} style={{ marginBottom: 12 }} />}
      <Form
        form={form}
        layout="vertical"
        initialValues={
          sku
            ? { code: sku.code, name: sku.sku_name, price: sku.price_minor / 100, stock: sku.stock, active: sku.active }
            : { stock: 0, active: true }
        }
        onFinish={(values) => mutation.mutate(values)}
      >
        <TextField name="code" label={t("code")} disabled={sku !== null} />
        <TextField name="name" label={t("variant")} optional />
        <Form.Item
          name="price"
          label={`${t("price")}（${t("priceHint")}）`}
          rules={[{ required: true, message: c("required") }]}
        >
          <InputNumber min={0} max={1_000_000} precision={2} style={{ width: 160 }} />
        </Form.Item>
        <Form.Item name="stock" label={t("stock")} rules={[{ required: true, message: c("required") }]}>
          <InputNumber min={0} precision={0} style={{ width: 160 }} />
        </Form.Item>
        <Form.Item name="active" label={t("active")} valuePropName="checked">
          <Switch />
        </Form.Item>
      </Form>
    </Modal>
  );
}

type ProductValues = Pick<Product, "code" | "name" | "description" | "hotline_ids" | "active">;

function ProductForm({ product, onClose }: { product: Product | null; onClose: () => void }) {
  const t = useText(catalogueMessages);
  const c = useText(common);
  const client = useQueryClient();
  const { message } = App.useApp();
  const { data: hotlines } = useQuery(settingsQuery<Hotline>("/api/hotlines"));
  const [sku, setSku] = useState<Article | "new" | null>(null);
  const [skus, setSkus] = useState(product?.skus ?? []);
  const mutation = useMutation({
    mutationFn: ({ code, name, description, hotline_ids, active }: ProductValues) => {
      const values = { name, description: description ?? "", hotline_ids: hotline_ids ?? [], active };
      return product ? changeProduct(product.id, values) : addProduct({ ...values, code, line_ids: [] });
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
        initialValues={product ?? { active: true, hotline_ids: [] }}
        onFinish={(values: ProductValues) => mutation.mutate(values)}
      >
        <TextField name="code" label={t("code")} disabled={product !== null} />
        <TextField name="name" label={t("name")} />
        <Form.Item name="description" label={t("description")}>
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={2000} />
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

/** What is sold, at which price, on which hotline, and how much of it there is. */
export function Catalogue() {
  const t = useText(catalogueMessages);
  const list = useListState(["q"]);
  const hotline = useNames("/api/hotlines");
  const [open, setOpen] = useState<Product | "new" | null>(null);
  const [settings, setSettings] = useState(false);
  return (
    <PageFrame
      title={t("title")}
      testid="catalogue"
      filters={<SearchBox list={list} placeholder={t("search")} />}
      actions={
        <>
          <Button onClick={() => setSettings(true)} data-testid="order-settings">
            {t("orderSettings")}
          </Button>
          <Button type="primary" onClick={() => setOpen("new")} data-testid="add-product">
            {t("addProduct")}
          </Button>
        </>
      }
    >
      <QueryTable<Product>
        path="/api/products"
        list={list}
        onOpen={setOpen}
        columns={[
          { title: t("code"), dataIndex: "code", sorter: true },
          { title: t("name"), dataIndex: "name", sorter: true, render: (name: string) => <b>{name}</b> },
          {
            title: t("price"),
            key: "price",
            render: (_, row) => (
              <span className="numbers">{row.skus.map((sku) => money(sku.price_minor, sku.currency)).join(" / ")}</span>
            ),
          },
          {
            title: t("available"),
            key: "available",
            align: "right",
            render: (_, row) => row.skus.reduce((sum, sku) => sum + sku.available, 0),
          },
          {
            title: t("soldOn"),
            dataIndex: "hotline_ids",
            render: (ids: string[]) =>
              ids.length ? ids.map(hotline).join("、") : <span className="quiet">{t("everywhere")}</span>,
          },
          {
            title: t("active"),
            dataIndex: "active",
            render: (active: boolean) => (
              <Tag color={active ? "green" : "default"}>{t(active ? "active" : "withdrawn")}</Tag>
            ),
          },
        ]}
      />
      {open && <ProductForm product={open === "new" ? null : open} onClose={() => setOpen(null)} />}
      {settings && <OrderSettings onClose={() => setSettings(false)} />}
    </PageFrame>
  );
}
