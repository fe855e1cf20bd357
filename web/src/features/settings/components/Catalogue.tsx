import { Button, Tag } from "antd";
import { useState } from "react";
import { PageFrame } from "@/components/PageFrame";
import { QueryTable } from "@/components/QueryTable";
import { SearchBox } from "@/components/SearchBox";
import { useListState } from "@/lib/list-state";
import { money } from "@/lib/money";
import { useText } from "@/lib/text";
import type { Product } from "@/features/settings/api/catalogue";
import { catalogueMessages } from "@/features/settings/catalogue-messages";
import { useNames } from "./Fields";
import { OrderSettings } from "./OrderSettings";
import { ProductDrawer } from "./ProductDrawer";

/** What is sold, at which price, on which hotline, and how much of it there is. */
export function Catalogue() {
  const t = useText(catalogueMessages);
  const list = useListState(["q"]);
  const hotline = useNames("/api/hotlines");
  const line = useNames("/api/lines");
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
            key: "outlets",
            render: (_, row) => {
              const names = [...row.line_ids.map(line), ...(row.line_ids.length ? [] : row.hotline_ids.map(hotline))];
              return names.length ? names.join("、") : <span className="quiet">{t("everywhere")}</span>;
            },
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
      {open && <ProductDrawer product={open === "new" ? null : open} onClose={() => setOpen(null)} />}
      {settings && <OrderSettings onClose={() => setSettings(false)} />}
    </PageFrame>
  );
}
