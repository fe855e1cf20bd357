import { answer, api } from "@/api/client";
import type { Locale } from "@/lib/text";

export const changeLocale = (locale: Locale) => answer(api.PATCH("/api/session", { body: { locale } }));
export const changePassword = (password: string, new_password: string) =>
  answer(api.POST("/api/session/password", { body: { password, new_password } }));
export const startTotp = () => answer(api.POST("/api/session/totp"));
export const confirmTotp = (code: string) => answer(api.POST("/api/session/totp/confirm", { body: { code } }));
export const removeTotp = (password: string) => answer(api.DELETE("/api/session/totp", { body: { password } }));
