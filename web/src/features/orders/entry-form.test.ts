import { describe, expect, it } from "vitest";
import { addItem, changeLine, emptyEntry, isUnsent, missing, orderBody, readEntry, totalOf } from "./entry-form";

const pan = {
  sku_id: "s1",
  product_id: "p1",
  client_id: "k",
  code: "A1",
  product_code: "P1",
  product_name: "炒锅",
  sku_name: "32cm",
  price_minor: 19900,
  currency: "CNY",
  stock: 5,
  reserved: 2,
  available: 3,
  active: true,
};
const address = {
  province: "广东省",
  city: "深圳市",
  district: "南山区",
  street: " 科技路 1 号 ",
  recipient: " 李雷 ",
  phone: "13800000000",
};

describe("the order form", () => {
  it("grows a line instead of adding the same product twice, but keeps a gift apart", () => {
    let form = addItem(addItem(emptyEntry(), pan), pan);
    expect(form.lines).toHaveLength(1);
    expect(totalOf(form)).toBe(39800);
    form = addItem(changeLine(form, 0, { gift: true }), pan);
    expect(form.lines).toHaveLength(2);
    expect(totalOf(form)).toBe(19900);
  });

  it("names the first thing that is missing", () => {
    const form = emptyEntry();
    expect(missing(form)).toBe("needLines");
    const filled = addItem(form, pan);
    expect(missing(filled)).toBe("needRecipient");
    expect(missing({ ...filled, address: { ...address, street: "  " } })).toBe("needStreet");
    expect(missing({ ...filled, address })).toBeNull();
  });

  it("sends trimmed text and names an unknown caller after the recipient", () => {
    const body = orderBody(
      { ...addItem(emptyEntry(), pan), address },
      { contact_id: "c", line_id: null, hotline_id: null, customer: { name: "", number: "13800000000" } },
    );
    expect(body.customer).toEqual({ name: "李雷", number: "13800000000" });
    expect(body.address?.street).toBe("科技路 1 号");
    expect(body.lines).toEqual([{ sku_id: "s1", quantity: 1, gift: false }]);
  });

  it("sends a stored address by its id, and a changed one whole", () => {
    const of = { contact_id: "c", line_id: null, hotline_id: null, customer: { id: "k" } };
    const form = { ...addItem(emptyEntry(), pan), known: 0, address: { ...address, id: "a1", street: "科技路***" } };
    expect(orderBody(form, of)).toMatchObject({ address_id: "a1" });
    expect(orderBody(form, of).address).toBeUndefined();
    expect(orderBody({ ...form, known: null }, of).address).toEqual({
      ...address,
      recipient: "李雷",
      street: "科技路***",
    });
  });

  it("reads an old or empty draft", () => {
    expect(readEntry(null)).toEqual(emptyEntry());
    expect(isUnsent({ lines: [] })).toBe(false);
    expect(isUnsent(addItem(emptyEntry(), pan))).toBe(true);
  });
});
