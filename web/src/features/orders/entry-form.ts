/* The half-written order: a plain value that is saved as a draft, and what must be in it before it is sent. */
import type { AddressValues, Article, OrderBody, OrderDetail } from "./api/entry";

export interface EntryLine {
  sku_id: string;
  code: string;
  name: string;
  price_minor: number;
  currency: string;
  quantity: number;
  gift: boolean;
}

export interface EntryForm {
  lines: EntryLine[];
  /** Which known address was taken; null: typed here. */
  known: number | null;
  address: AddressValues;
  payment: "cod" | "paid";
  remark: string;
  /** The order that came of this form, once submitted. */
  placed: { number: string; amount_minor: number; currency: string } | null;
}

export const emptyAddress: AddressValues = {
  province: "",
  city: "",
  district: "",
  street: "",
  recipient: "",
  phone: "",
};

export function emptyEntry(): EntryForm {
  return { lines: [], known: null, address: emptyAddress, payment: "cod", remark: "", placed: null };
}

/** A form out of a draft of unknown age and shape. */
export function readEntry(value: unknown): EntryForm {
  return value && typeof value === "object" ? { ...emptyEntry(), ...(value as Partial<EntryForm>) } : emptyEntry();
}

/** Whether leaving this form would lose work. */
export function isUnsent(value: unknown): boolean {
  const form = readEntry(value);
  return form.placed === null && form.lines.length > 0;
}

/** Product and variant in one. */
export function articleName(item: Pick<Article, "product_name" | "sku_name">): string {
  return [item.product_name, item.sku_name].filter(Boolean).join(" ");
}

/** Adds one of a product: a line of the same product grows instead. */
export function addItem(form: EntryForm, item: Article): EntryForm {
  const same = form.lines.findIndex((line) => line.sku_id === item.sku_id && !line.gift);
  if (same >= 0) return changeLine(form, same, { quantity: (form.lines[same]?.quantity ?? 0) + 1 });
  const { sku_id, code, price_minor, currency } = item;
  const name = articleName(item);
  return { ...form, lines: [...form.lines, { sku_id, code, name, price_minor, currency, quantity: 1, gift: false }] };
}

export function changeLine(form: EntryForm, index: number, change: Partial<EntryLine>): EntryForm {
  return { ...form, lines: form.lines.map((line, at) => (at === index ? { ...line, ...change } : line)) };
}

export function removeLine(form: EntryForm, index: number): EntryForm {
  return { ...form, lines: form.lines.filter((_, at) => at !== index) };
}

/** What the customer pays, minor units: gifts are free. */
export function totalOf(form: EntryForm): number {
  return form.lines.reduce((sum, line) => sum + (line.gift ? 0 : line.price_minor * line.quantity), 0);
}

export type Lacking = "needLines" | "needRecipient" | "needPhone" | "needRegion" | "needStreet";

/** The first thing that is missing, as a message; null when the order can be sent. */
export function missing(form: EntryForm): Lacking | null {
  if (form.lines.length === 0) return "needLines";
  const { recipient, phone, province, street } = form.address;
  if (!recipient.trim()) return "needRecipient";
  if (!phone.trim()) return "needPhone";
  if (!province) return "needRegion";
  return street.trim() ? null : "needStreet";
}

const sent = (form: EntryForm) => {
  const { id, ...typed } = form.address;
  const address = Object.fromEntries(
    Object.entries(typed).map(([name, value]) => [name, value.trim()]),
  ) as unknown as Omit<AddressValues, "id">;
  return {
    // A stored address that was taken as it is goes by its name: it may be shown masked here.
    ...(form.known !== null && id ? { address_id: id } : { address }),
    lines: form.lines.map(({ sku_id, quantity, gift }) => ({ sku_id, quantity, gift })),
    payment: form.payment,
    remark: form.remark.trim(),
  };
};

export interface OrderOf {
  contact_id: string | null;
  line_id: string | null;
  hotline_id: string | null;
  customer: { id: string } | { name: string; number: string };
}

/** What is submitted. */
export function orderBody(form: EntryForm, of: OrderOf): OrderBody {
  const customer =
    "id" in of.customer
      ? { id: of.customer.id, name: "", number: "" }
      : { name: of.customer.name || form.address.recipient.trim(), number: of.customer.number };
  return {
    ...sent(form),
    contact_id: of.contact_id,
    line_id: of.line_id,
    hotline_id: of.hotline_id,
    customer,
    confirm_duplicate: false,
  };
}

/** The form of an order that came back, and what mending it sends. */
export function mendForm(order: OrderDetail): EntryForm {
  return {
    lines: order.lines.map((line) => ({
      sku_id: line.sku_id,
      code: line.sku_code,
      name: articleName(line),
      price_minor: line.price_minor,
      currency: order.currency,
      quantity: line.quantity,
      gift: line.gift,
    })),
    known: null,
    address: order.address,
    payment: order.payment,
    remark: order.remark,
    placed: null,
  };
}

export const mendBody = (form: EntryForm, version: number) => ({ ...sent(form), version });
