import { call } from "@/api/client";
import type { Me } from "@/lib/session";

export interface Credentials {
  login: string;
  password: string;
  code?: string;
}

export const signIn = (credentials: Credentials) => call<Me>("POST", "/api/session", { body: credentials });

export interface FirstAdministrator {
  secret: string;
  login: string;
  password: string;
  name: string;
}

export const createFirstAdministrator = (body: FirstAdministrator) =>
  call<unknown>("POST", "/api/first-administrator", { body });

/** The code of the answer that asks for the one-time code of an account with TOTP. */
export const CODE_NEEDED = ["accounts.code_required", "accounts.totp_required", "accounts.code_needed"];
