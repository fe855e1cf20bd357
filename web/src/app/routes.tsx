import { createBrowserRouter } from "react-router";
import { Landing } from "@/app/landing";
import { CrashPage, NotFoundPage } from "@/app/pages/FailurePages";
import { Shell } from "@/app/shell/Shell";
import { SignInPage } from "@/app/pages/SignInPage";

export const router = createBrowserRouter([
  { path: "/sign-in", element: <SignInPage />, errorElement: <CrashPage /> },
  { path: "/first-administrator", lazy: async () => ({ Component: (await import("@/app/pages/FirstAdministratorPage")).FirstAdministratorPage }) },
  {
    path: "/",
    element: <Shell />,
    errorElement: <CrashPage />,
    children: [
      { index: true, element: <Landing /> },
      { path: "desk", lazy: async () => ({ Component: (await import("@/app/pages/DeskPage")).DeskPage }) },
      { path: "*", element: <NotFoundPage /> },
    ],
  },
]);
