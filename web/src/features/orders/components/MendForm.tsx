import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Input, Radio, Spin } from "antd";
import { useState } from "react";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Kbd } from "@/components/Kbd";
import { common } from "@/lib/common-messages";
import { useShortcuts } from "@/lib/keyboard";
import { orderQuery, takeStep, wholeOrderKey, type OrderDetail } from "@/lib/orders";
import { useText } from "@/lib/text";
import { mendOrder } from "@/features/orders/api/entry";
import { addItem, mendBody, mendForm, missing, type EntryForm } from "@/features/orders/entry-form";
import { entryMessages } from "@/features/orders/entry-messages";
import { messages } from "@/features/orders/messages";
import { EntryAddress } from "./entry/EntryAddress";
import { EntryLines } from "./entry/EntryLines";
import { ProductSearch } from "./entry/ProductSearch";

function Form({ order, onDone, onCancel }: { order: OrderDetail; onDone: () => void; onCancel: () => void }) {
  const t = useText(entryMessages);
  const m = useText(messages);
  const c = useText(common);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form, onForm] = useState<EntryForm>(() => mendForm(order));
  const mutation = useMutation({
    mutationFn: async () => {
      const mended = await mendOrder(order.id, mendBody(form, order.version));
      return takeStep(order.id, "resubmit", mended.version, "");
    },
    onSuccess: () => {
      void message.success(m("resubmitted"));
      void client.invalidateQueries({ queryKey: ["/api/orders"] });
      onDone();
    },
    // The first half may be done: what is shown must be what is there.
    onError: () => {
      void client.invalidateQueries({ queryKey: ["/api/orders"] });
      void client.invalidateQueries({ queryKey: wholeOrderKey(order.id) });
    },
  });
  const submit = () => {
    const lacking = missing(form);
    if (lacking) void message.warning(t(lacking));
    else if (!mutation.isPending) mutation.mutate();
  };
  useShortcuts({ "Mod+Enter": submit });
  return (
    <div className="stack" data-testid="mend-form">
      {order.return_reason && <Alert type="warning" showIcon title={order.return_reason} />}
      <ProductSearch of={order} onPick={(item) => onForm(addItem(form, item))} />
      <EntryLines form={form} onForm={onForm} />
      <EntryAddress form={form} known={[]} caller={{ name: "", number: "" }} onForm={onForm} />
      <div className="row">
        <Radio.Group
          optionType="button"
          buttonStyle="solid"
          value={form.payment}
          onChange={(event) => onForm({ ...form, payment: event.target.value as "cod" | "paid" })}
          options={[
            { value: "cod", label: t("cod") },
            { value: "paid", label: t("paid") },
          ]}
        />
        <Input
          className="grow"
          placeholder={t("remark")}
          maxLength={200}
          value={form.remark}
          onChange={(event) => onForm({ ...form, remark: event.target.value })}
        />
      </div>
      {mutation.error && <Alert type="error" showIcon title={mutation.error.message} data-testid="mend-error" />}
      <div className="row">
        <Button type="primary" onClick={submit} loading={mutation.isPending} data-testid="resubmit">
          {t("resubmit")}
          <Kbd keys="Mod+Enter" />
        </Button>
        <Button onClick={onCancel}>{c("cancel")}</Button>
      </div>
    </div>
  );
}

/** The writer mends an order that came back. Its address is shown whole for that, which is noted. */
export function MendForm({ orderId, onDone, onCancel }: { orderId: string; onDone: () => void; onCancel: () => void }) {
  const { data, error, refetch } = useQuery(orderQuery(orderId, true));
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return data ? <Form key={data.version} order={data} onDone={onDone} onCancel={onCancel} /> : <Spin />;
}
