import { answer, api } from "@/api/client";

export interface Credentials {
  login: string;
  password: string;
  code?: string;
}

export const signIn = (credentials: Credentials) => answer(api.POST("/api/session", { body: credentials }));

export interface FirstAdministrator {
  secret: string;
  login: string;
  password: string;
  name: string;
  tenant_name: string;
}

/** Whether nobody administers this installation yet. */
export const firstAdministratorMissing = async () => (await answer(api.GET("/api/first-administrator"))).missing;

export const firstAdministratorKey = ["first-administrator"];

export const createFirstAdministrator = (body: FirstAdministrator) =>
  answer(api.POST("/api/first-administrator", { body: { ...body, tenant_name: body.tenant_name || "本公司" } }));

/** The code of the answer that asks for the one-time code of an account with TOTP. */
export const CODE_NEEDED = ["accounts.code_required"];
