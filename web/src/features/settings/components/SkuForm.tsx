import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Form, InputNumber, Modal, Switch } from "antd";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";
import { addSku, changeSku, type Article, type Product } from "@/features/settings/api/catalogue";
import { catalogueMessages } from "@/features/settings/catalogue-messages";
import { TextField } from "./Fields";

interface SkuValues {
  code: string;
  name?: string;
  price: number;
  stock: number;
  active: boolean;
}

/** Adds a variant of a product, or changes one: price and pieces on hand. */
export function SkuForm({
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
