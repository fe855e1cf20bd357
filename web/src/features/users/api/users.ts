import { answer, api, type Schema } from "@/api/client";

export type User = Schema["UserOut"];
export type NewUser = Schema["UserBody"];
export type UserChange = Schema["UserPatch"];
export type AuditEntry = Schema["AuditOut"];

export const createUser = (body: NewUser) => answer(api.POST("/api/users", { body }));
export const changeUser = (id: string, body: UserChange) =>
  answer(api.PATCH("/api/users/{user_id}", { params: { path: { user_id: id } }, body }));
