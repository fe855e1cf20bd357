import { ConfigProvider } from "antd";
import type { ReactNode } from "react";

/** Menus and panels inside open at once: one that still grows under the pointer loses the click (the press goes to one
 * item, the release beside it), and a quick agent is quicker than the movement. */
export function Still({ children }: { children: ReactNode }) {
  return <ConfigProvider theme={{ token: { motion: false } }}>{children}</ConfigProvider>;
}
