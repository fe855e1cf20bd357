/* The words of the pages. Each feature has a `messages.ts` of [Chinese, English] pairs; a missing language, key or
 * parameter fails the type check. */
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from "react";

export type Locale = "zh-CN" | "en";
export type Text = readonly [zh: string, en: string];

type Names<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Values<T extends Text> = [Names<T[0]>] extends [never] ? [] : [values: Record<Names<T[0]>, string | number>];
export type Translate<M extends Record<string, Text>> = <K extends keyof M>(key: K, ...values: Values<M[K]>) => string;

/** Declares messages; keeps their literal types so that parameters are checked. */
export function define<const M extends Record<string, Text>>(messages: M): M {
  return messages;
}

/** One text in a language, its {names} filled in. */
export function fill(text: Text, locale: Locale, values?: Record<string, string | number>): string {
  const template = locale === "en" ? text[1] : text[0];
  return values ? template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)) : template;
}

interface Language {
  locale: Locale;
  setLocale: (locale: Locale) => void;
}

const LanguageContext = createContext<Language>({ locale: "zh-CN", setLocale: () => undefined });
const STORED = "zuoxi.locale";

/** The language chosen before on this machine; Chinese otherwise. */
export function storedLocale(): Locale {
  return localStorage.getItem(STORED) === "en" ? "en" : "zh-CN";
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [locale, choose] = useState<Locale>(storedLocale);
  const setLocale = useCallback((next: Locale) => {
    localStorage.setItem(STORED, next);
    document.documentElement.lang = next;
    choose(next);
  }, []);
  const value = useMemo(() => ({ locale, setLocale }), [locale, setLocale]);
  return <LanguageContext value={value}>{children}</LanguageContext>;
}

export function useLanguage(): Language {
  return use(LanguageContext);
}

/** `t("key", {values})` in the present language. */
export function useText<M extends Record<string, Text>>(messages: M): Translate<M> {
  const { locale } = useLanguage();
  return useCallback(
    (key, ...values) => fill(messages[key] as Text, locale, values[0] as Record<string, string | number> | undefined),
    [messages, locale],
  );
}

/** Chooses between the two names that the server sends for configurable things (`zh`, `en`). */
export function usePick(): (named: { zh: string; en: string } | null | undefined, otherwise?: string) => string {
  const { locale } = useLanguage();
  return useCallback(
    (named, otherwise = "") => (named ? (locale === "en" && named.en) || named.zh : otherwise),
    [locale],
  );
}

/** A label for a code out of a table of texts; the code itself when the table has none. */
export function useLabel(): (table: Record<string, Text>, code: string | null | undefined) => string {
  const { locale } = useLanguage();
  return useCallback(
    (table, code) => {
      const text = code ? table[code] : undefined;
      return text ? fill(text, locale) : (code ?? "");
    },
    [locale],
  );
}
