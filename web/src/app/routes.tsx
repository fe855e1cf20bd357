import { Spin } from "antd";
import { createBrowserRouter, type RouteObject } from "react-router";
import { Landing } from "@/app/landing";
import { CrashPage, NotFoundPage } from "@/app/pages/FailurePages";
import { Shell } from "@/app/shell/Shell";
import { SignInPage } from "@/app/pages/SignInPage";

const pages: RouteObject[] = [
  { index: true, element: <Landing /> },
  { path: "desk", lazy: async () => ({ Component: (await import("@/app/pages/DeskPage")).DeskPage }) },
  {
    path: "floor",
    lazy: async () => ({ Component: (await import("@/features/floor/components/Floor")).Floor }),
  },
  { path: "orders", lazy: async () => ({ Component: (await import("@/app/pages/OrdersPage")).OrdersPage }) },
  { path: "returned", lazy: async () => ({ Component: (await import("@/app/pages/OrdersPage")).ReturnedPage }) },
  { path: "audit", lazy: async () => ({ Component: (await import("@/app/pages/AuditPage")).AuditPage }) },
  { path: "dispatch", lazy: async () => ({ Component: (await import("@/app/pages/DispatchPage")).DispatchPage }) },
  { path: "contacts", lazy: async () => ({ Component: (await import("@/app/pages/ContactsPage")).ContactsPage }) },
  { path: "my-calls", lazy: async () => ({ Component: (await import("@/app/pages/MyCallsPage")).MyCallsPage }) },
  {
    path: "recordings",
    lazy: async () => ({ Component: (await import("@/features/recordings/components/Recordings")).Recordings }),
  },
  {
    path: "cases",
    lazy: async () => ({ Component: (await import("@/features/recordings/components/CaseList")).CaseList }),
  },
  {
    path: "callbacks",
    lazy: async () => ({ Component: (await import("@/features/contacts/components/CallbackList")).CallbackList }),
  },
  { path: "voicemail", lazy: async () => ({ Component: (await import("@/app/pages/VoicemailPage")).VoicemailPage }) },
  {
    path: "caller-rules",
    lazy: async () => ({ Component: (await import("@/features/caller-rules/components/RuleList")).RuleList }),
  },
  {
    path: "customers",
    lazy: async () => ({ Component: (await import("@/features/customers/components/Customers")).Customers }),
  },
  {
    path: "wallboard",
    lazy: async () => ({ Component: (await import("@/features/wallboard/components/Wallboard")).Wallboard }),
  },
  {
    path: "users",
    lazy: async () => ({ Component: (await import("@/features/users/components/UserList")).UserList }),
  },
  {
    path: "audit-log",
    lazy: async () => ({ Component: (await import("@/features/users/components/AuditLog")).AuditLog }),
  },
  {
    path: "catalogue",
    lazy: async () => ({ Component: (await import("@/features/settings/components/Catalogue")).Catalogue }),
  },
  {
    path: "lines",
    lazy: async () => ({ Component: (await import("@/features/settings/components/LineSettings")).LineSettings }),
  },
  {
    path: "flows",
    lazy: async () => ({ Component: (await import("@/features/flows/components/FlowList")).FlowList }),
  },
  {
    path: "flows/:id",
    lazy: async () => ({ Component: (await import("@/features/flows/components/FlowEditor")).FlowEditor }),
  },
  {
    path: "draws",
    lazy: async () => ({ Component: (await import("@/features/draws/components/DrawList")).DrawList }),
  },
  {
    path: "draws/:id",
    lazy: async () => ({ Component: (await import("@/features/draws/components/DrawPage")).DrawPage }),
  },
  {
    path: "projects",
    lazy: async () => ({ Component: (await import("@/features/settings/components/Projects")).Projects }),
  },
  {
    path: "me",
    lazy: async () => ({ Component: (await import("@/features/settings/components/MySettings")).MySettings }),
  },
  {
    path: "protection",
    lazy: async () => ({ Component: (await import("@/features/protection/components/SipBans")).SipBans }),
  },
  {
    path: "tenants",
    lazy: async () => ({ Component: (await import("@/features/users/components/Tenants")).Tenants }),
  },
  { path: "*", element: <NotFoundPage /> },
];

export const router = createBrowserRouter([
  { path: "/sign-in", element: <SignInPage />, errorElement: <CrashPage /> },
  {
    path: "/first-administrator",
    hydrateFallbackElement: <Spin fullscreen delay={300} />,
    lazy: async () => ({ Component: (await import("@/app/pages/FirstAdministratorPage")).FirstAdministratorPage }),
  },
  {
    // For participants of a prize draw: nobody signs in to check it.
    path: "/check-draw",
    errorElement: <CrashPage />,
    hydrateFallbackElement: <Spin fullscreen delay={300} />,
    lazy: async () => ({ Component: (await import("@/features/draws/components/CheckDraw")).CheckDraw }),
  },
  {
    path: "/",
    element: <Shell />,
    hydrateFallbackElement: <Spin fullscreen delay={300} />,
    errorElement: <CrashPage />,
    children: [
      // A page that fails does so inside the shell: the desk's connection and a call that is going on stay.
      { errorElement: <CrashPage />, children: pages },
    ],
  },
]);
