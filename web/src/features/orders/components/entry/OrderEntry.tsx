import { useMutation } from "@tanstack/react-query";
import { Alert, App, Button, Input, Radio, Result } from "antd";
import { useEffect, useRef, type ReactNode } from "react";
import { ApiError } from "@/api/client";
import { Kbd } from "@/components/Kbd";
import { randomId } from "@/lib/ids";
import { useShortcuts } from "@/lib/keyboard";
import { money } from "@/lib/money";
import { useText } from "@/lib/text";
import { placeOrder, type AddressValues, type OrderBody, type OrderDetail } from "@/features/orders/api/entry";
import {
  addItem,
  emptyAddress,
  emptyEntry,
  isUnsent,
  missing,
  orderBody,
  readEntry,
  type EntryForm,
  type OrderOf,
} from "@/features/orders/entry-form";
import { entryMessages } from "@/features/orders/entry-messages";
import { DuplicateList } from "./DuplicateList";
import styles from "./Entry.module.css";
import { EntryAddress } from "./EntryAddress";
import { EntryLines } from "./EntryLines";
import { ProductSearch } from "./ProductSearch";

interface Props {
  /** The half-written order out of the draft, and how it is kept. */
  value: unknown;
  onValue: (change: (value: unknown) => unknown) => void;
  of: OrderOf;
  caller: { name: string; number: string; addresses: AddressValues[] };
  savedMark?: ReactNode;
  onPlaced?: (order: OrderDetail) => void;
}

/** The same order gets the same key, so a second click or a retry submits it once; a changed order gets a new one. */
function useKeyFor(): (body: OrderBody) => string {
  const keys = useRef(new Map<string, string>());
  return (body) => {
    const text = JSON.stringify(body);
    const key = keys.current.get(text) ?? randomId();
    keys.current.set(text, key);
    return key;
  };
}

/** Order entry during a call: products, address, payment, one key to submit. */
export function OrderEntry({ value, onValue, of, caller, savedMark, onPlaced }: Props) {
  const t = useText(entryMessages);
  const { message, modal } = App.useApp();
  const keyFor = useKeyFor();
  const form = readEntry(value);
  const onForm = (next: EntryForm) => onValue(() => next);
  const first = caller.addresses[0];

  // A fresh form starts with the caller's own address, or at least with name and number.
  const untouched = value === null;
  useEffect(() => {
    if (!untouched || (!first && !caller.number)) return;
    const address = first
      ? { ...emptyAddress, ...first }
      : { ...emptyAddress, recipient: caller.name, phone: caller.number };
    onValue((now) => now ?? { ...emptyEntry(), known: first ? 0 : null, address });
    // Filled once, when the form is fresh.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [untouched]);

  const mutation = useMutation({
    mutationFn: (body: OrderBody) => placeOrder(body, keyFor(body)),
    onSuccess: (order) => {
      onValue((now) => ({
        ...readEntry(now),
        placed: { number: order.number, amount_minor: order.amount_minor, currency: order.currency },
      }));
      onPlaced?.(order);
    },
    onError: (error, body) => {
      if (!(error instanceof ApiError) || error.code !== "orders.possible_duplicate") return;
      modal.confirm({
        title: t("duplicateTitle"),
        width: 520,
        content: <DuplicateList hint={t("duplicateHint")} data={error.data} />,
        okText: <span data-testid="confirm-duplicate">{t("submitAnyway")}</span>,
        cancelText: t("backToOrder"),
        onOk: () => mutation.mutate({ ...body, confirm_duplicate: true }),
      });
    },
  });
  const submit = () => {
    if (mutation.isPending || form.placed) return;
    const lacking = missing(form);
    if (lacking) void message.warning(t(lacking));
    else mutation.mutate(orderBody(form, of));
  };
  useShortcuts({ "Mod+Enter": submit });
  const duplicate = mutation.error instanceof ApiError && mutation.error.code === "orders.possible_duplicate";

  if (form.placed) {
    return (
      <section className="panel" data-testid="order-placed" data-number={form.placed.number}>
        <Result
          status="success"
          title={`${t("done")} ${form.placed.number}`}
          subTitle={`${money(form.placed.amount_minor, form.placed.currency)} · ${t("doneHint")}`}
          extra={
            <Button onClick={() => onForm({ ...emptyEntry(), known: form.known, address: form.address })}>
              {t("another")}
            </Button>
          }
        />
      </section>
    );
  }
  return (
    <section className="panel" data-testid="order-entry">
      <div className={styles.head}>
        {t("title")}
        <span className="grow" />
        {savedMark}
      </div>
      <div className={styles.form}>
        <ProductSearch of={of} onPick={(item) => onForm(addItem(form, item))} />
        <EntryLines form={form} onForm={onForm} />
        <EntryAddress form={form} known={caller.addresses} caller={caller} onForm={onForm} />
        <div className="row wrap">
          <span className="quiet small">{t("payment")}</span>
          <Radio.Group
            optionType="button"
            buttonStyle="solid"
            value={form.payment}
            onChange={(event) => onForm({ ...form, payment: event.target.value as "cod" | "paid" })}
            options={[
              { value: "cod", label: t("cod") },
              { value: "paid", label: t("paid") },
            ]}
            data-testid="payment"
          />
          <Input
            className="grow"
            style={{ minWidth: 160 }}
            placeholder={`${t("remark")}：${t("remarkHint")}`}
            maxLength={500}
            value={form.remark}
            onChange={(event) => onForm({ ...form, remark: event.target.value })}
            data-testid="order-remark"
          />
        </div>
        {mutation.error && !duplicate && (
          <Alert type="error" showIcon title={mutation.error.message} data-testid="order-error" />
        )}
      </div>
      <div className={styles.foot}>
        <Button type="primary" size="large" onClick={submit} loading={mutation.isPending} data-testid="submit-order">
          {t("submit")}
          <Kbd keys="Mod+Enter" />
        </Button>
        {isUnsent(form) && <Button onClick={() => onForm({ ...form, lines: [], remark: "" })}>{t("clear")}</Button>}
      </div>
    </section>
  );
}
