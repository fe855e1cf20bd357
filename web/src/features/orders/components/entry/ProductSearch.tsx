import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { SearchOutlined } from "@ant-design/icons";
import { useDeferredValue, useRef, useState, type ComponentRef } from "react";
import { Kbd } from "@/components/Kbd";
import { useShortcuts } from "@/lib/keyboard";
import { money } from "@/lib/money";
import { useText } from "@/lib/text";
import { catalogueQuery, type Article, type Outlet } from "@/features/orders/api/entry";
import { articleName } from "@/features/orders/entry-form";
import { entryMessages } from "@/features/orders/entry-messages";
import styles from "./Entry.module.css";

/** Type, arrows, Enter: the product is in the order and the field is ready for the next. */
export function ProductSearch({ of, onPick }: { of: Outlet; onPick: (item: Article) => void }) {
  const t = useText(entryMessages);
  const field = useRef<ComponentRef<typeof Select>>(null);
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const wanted = useDeferredValue(text.trim());
  const { data, isFetching } = useQuery({ ...catalogueQuery(of, wanted), enabled: open || wanted !== "" });
  const items = data?.items ?? [];
  useShortcuts({ "Alt+P": () => field.current?.focus(), "/": () => field.current?.focus() });
  return (
    <Select<string>
      ref={field as never}
      showSearch={{ searchValue: text, onSearch: setText, filterOption: false }}
      value={null as never}
      open={open}
      onOpenChange={setOpen}
      onFocus={() => setOpen(true)}
      loading={isFetching}
      suffixIcon={<SearchOutlined />}
      placeholder={
        <>
          {t("search")} <Kbd keys="Alt+P" />
        </>
      }
      notFoundContent={<span className="quiet">{t("noProducts")}</span>}
      listHeight={320}
      style={{ width: "100%" }}
      data-testid="product-search"
      onSelect={(id) => {
        const item = items.find(({ sku_id }) => sku_id === id);
        if (item) onPick(item);
        setText("");
      }}
      options={items.map((item) => ({
        value: item.sku_id,
        disabled: item.available <= 0,
        label: (
          <div className={styles.option} data-testid="product-option">
            <span className="ellipsis">
              <b>{articleName(item)}</b> <span className="quiet small">{item.code}</span>
            </span>
            <span className="quiet small">{item.available > 0 ? t("stock", { n: item.available }) : t("soldOut")}</span>
            <b className="numbers">{money(item.price_minor, item.currency)}</b>
          </div>
        ),
      }))}
    />
  );
}
