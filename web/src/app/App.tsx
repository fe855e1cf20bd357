import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider } from "antd";
import en from "antd/locale/en_US";
import zh from "antd/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import { useEffect, useState } from "react";
import { RouterProvider } from "react-router";
import { answer, api, ApiError, whenSignedOut } from "@/api/client";
import { router } from "@/app/routes";
import { theme } from "@/app/theme";
import { ConfirmIdentity } from "@/components/ConfirmIdentity";
import { whileAttended } from "@/lib/attendance";
import { sessionKey } from "@/lib/session";
import { sessionIsOver, whenSessionEnds } from "@/lib/session-end";
import { LanguageProvider, useLanguage } from "@/lib/text";

function makeClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache(),
    mutationCache: new MutationCache(),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        refetchOnWindowFocus: false,
        // A refusal stays a refusal; only a broken connection or a failing server is worth another try.
        retry: (count, error) => count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 502),
      },
    },
  });
}

function Localised() {
  const { locale } = useLanguage();
  const [client] = useState(makeClient);
  useEffect(() => {
    whenSessionEnds(() => client.setQueryData(sessionKey, null));
    whenSignedOut(sessionIsOver);
  }, [client]);
  useEffect(
    () =>
      whileAttended(() => {
        if (client.getQueryData(sessionKey)) void answer(api.GET("/api/session")).catch(() => undefined);
      }),
    [client],
  );
  useEffect(() => {
    dayjs.locale(locale === "en" ? "en" : "zh-cn");
    document.documentElement.lang = locale;
  }, [locale]);
  return (
    <ConfigProvider locale={locale === "en" ? en : zh} theme={theme} button={{ autoInsertSpace: false }}>
      <AntApp message={{ top: 64 }} style={{ height: "100%" }}>
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
          <ConfirmIdentity />
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}

export function App() {
  return (
    <LanguageProvider>
      <Localised />
    </LanguageProvider>
  );
}
