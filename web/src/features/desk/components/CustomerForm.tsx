import { useMutation } from "@tanstack/react-query";
import { Alert, App, Button, Checkbox, Form, Input } from "antd";
import { useState } from "react";
import { common } from "@/lib/common-messages";
import { randomId } from "@/lib/ids";
import { useText } from "@/lib/text";
import { saveCustomer, type CustomerValues, type SavedCustomer } from "@/features/desk/api/customers";
import type { PopCustomer } from "@/lib/seat/frames";
import { customerMessages } from "./customer-messages";

interface Props {
  customer: PopCustomer | null;
  number: string;
  onCancel: () => void;
  onSaved: (saved: SavedCustomer) => void;
}

/** Name, and whether and why they did not buy. */
export function CustomerForm({ customer, number, onCancel, onSaved }: Props) {
  const t = useText(customerMessages);
  const c = useText(common);
  const { message } = App.useApp();
  const [key] = useState(randomId);
  const mutation = useMutation({
    mutationFn: (values: CustomerValues) => saveCustomer(customer, number, values, key),
    onSuccess: (saved) => {
      void message.success(t("saved"));
      onSaved(saved);
    },
  });
  return (
    <Form<CustomerValues>
      size="small"
      layout="vertical"
      initialValues={{
        name: customer?.name ?? "",
        potential: customer ? customer.potential : true,
        potential_reason: customer?.potential_reason ?? "",
      }}
      onFinish={(values) =>
        mutation.mutate({
          name: values.name?.trim() ?? "",
          potential: values.potential,
          potential_reason: values.potential_reason?.trim() || null,
          potential_interest: values.potential_interest?.trim() || null,
        })
      }
    >
      {mutation.error && <Alert type="error" title={mutation.error.message} style={{ marginBottom: 8 }} />}
      <Form.Item name="name" label={t("name")}>
        <Input autoFocus maxLength={60} data-testid="customer-form-name" />
      </Form.Item>
      <Form.Item name="potential" valuePropName="checked">
        <Checkbox data-testid="customer-form-potential">{t("potential")}</Checkbox>
      </Form.Item>
      <Form.Item noStyle dependencies={["potential"]}>
        {({ getFieldValue }) =>
          getFieldValue("potential") && (
            <>
              <Form.Item name="potential_interest" label={t("interest")}>
                <Input maxLength={200} />
              </Form.Item>
              <Form.Item name="potential_reason" label={t("reason")}>
                <Input maxLength={200} placeholder={t("reasonHint")} data-testid="customer-form-reason" />
              </Form.Item>
            </>
          )
        }
      </Form.Item>
      <div className="row">
        <Button type="primary" htmlType="submit" loading={mutation.isPending} data-testid="customer-form-save">
          {t("save")}
        </Button>
        <Button onClick={onCancel}>{c("cancel")}</Button>
      </div>
    </Form>
  );
}
