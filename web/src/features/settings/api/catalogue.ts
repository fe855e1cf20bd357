import { answer, api, type Schema } from "@/api/client";

export type Product = Schema["ProductOut"];
export type Article = Schema["ArticleOut"];

export const addProduct = (body: Schema["ProductIn"]) => answer(api.POST("/api/products", { body }));
export const changeProduct = (id: string, body: Schema["ProductChanges"]) =>
  answer(api.PATCH("/api/products/{product_id}", { params: { path: { product_id: id } }, body }));
export const addSku = (body: Schema["SkuIn"]) => answer(api.POST("/api/skus", { body }));
export const changeSku = (id: string, body: Schema["SkuChanges"]) =>
  answer(api.PATCH("/api/skus/{sku_id}", { params: { path: { sku_id: id } }, body }));
