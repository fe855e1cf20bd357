import { queryOptions } from "@tanstack/react-query";
import { answer, api, once, type Schema } from "@/api/client";

export type Customer = Schema["CustomerOut"];
export type CustomerDetail = Schema["CustomerDetail"];
export type BlacklistEntry = Schema["BlacklistOut"];

const at = (id: string) => ({ params: { path: { customer_id: id } } });

export const customerQuery = (id: string) =>
  queryOptions({
    queryKey: ["/api/customers", id],
    queryFn: () => answer(api.GET("/api/customers/{customer_id}", at(id))),
  });

export const revealCustomer = (id: string) => answer(api.POST("/api/customers/{customer_id}/reveal", at(id)));
export const changeCustomer = (id: string, body: Schema["CustomerChanges"]) =>
  answer(api.PATCH("/api/customers/{customer_id}", { ...at(id), body }));
export const addNote = (id: string, text: string, key: string) =>
  answer(api.POST("/api/customers/{customer_id}/notes", { ...at(id), body: { text }, ...once(key) }));

export const addBlacklisted = (body: Schema["BlacklistIn"]) => answer(api.POST("/api/blacklist", { body }));
export const removeBlacklisted = (id: string) =>
  answer(api.DELETE("/api/blacklist/{entry_id}", { params: { path: { entry_id: id } } }));
