import { queryOptions } from "@tanstack/react-query";
import { answer, api, call, once, type Schema } from "@/api/client";

export type Waybill = Schema["WaybillOut"];
export type Manifest = Schema["ManifestOut"];
export type Courier = Schema["CourierOut"];

export const couriersQuery = queryOptions({
  queryKey: ["/api/couriers"],
  queryFn: () => answer(api.GET("/api/couriers")),
});
export const addCourier = (body: Schema["CourierIn"]) => answer(api.POST("/api/couriers", { body }));
export const addNumbers = (id: string, first: string, last: string) =>
  answer(
    api.POST("/api/couriers/{courier_id}/numbers", { params: { path: { courier_id: id } }, body: { first, last } }),
  );

export const makeWaybills = (order_ids: string[], courier_id: string, key: string) =>
  answer(api.POST("/api/waybills", { body: { order_ids, courier_id }, ...once(key) }));

export const handOver = (waybill_ids: string[], key: string) =>
  answer(api.POST("/api/manifests", { body: { waybill_ids }, ...once(key) }));

/** Labels as a PDF: the first print of each, or (with a reason) once more. */
export function printLabels(ids: string[], reason: string | null): Promise<Blob> {
  return reason === null
    ? (answer(api.POST("/api/waybills/print", { body: { ids }, parseAs: "blob" })) as Promise<Blob>)
    : (answer(api.POST("/api/waybills/reprint", { body: { ids, reason }, parseAs: "blob" })) as Promise<Blob>);
}

export const manifestAddress = (id: string) => `/api/manifests/${id}.pdf`;

/** Opens a PDF that was fetched in a tab of its own, where it can be printed. */
export function showPdf(pdf: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(pdf);
  link.target = "_blank";
  link.rel = "noopener";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export function importResults(file: File): Promise<Schema["ImportOut"]> {
  const body = new FormData();
  body.append("file", file);
  return call("POST", "/api/shipping/import", { body });
}
