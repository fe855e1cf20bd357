import type { ThemeConfig } from "antd";

/** One look for every page; the state colours are in styles.css, beside each other. */
export const theme: ThemeConfig = {
  token: {
    colorPrimary: "#2456d6",
    colorInfo: "#2456d6",
    colorSuccess: "#15924a",
    colorWarning: "#c9730a",
    colorError: "#d1313d",
    colorTextBase: "#17233c",
    colorBgLayout: "#f1f4f9",
    colorBorderSecondary: "#e4e9f2",
    borderRadius: 8,
    // Lists and dialogs wait for the end of their movement: where nothing may move they must not begin one.
    motion: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    fontFamily:
      '-apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "Segoe UI", sans-serif',
  },
  components: {
    Table: { headerBg: "#f6f8fc", headerColor: "#5a6780", cellPaddingBlockMD: 10 },
    Card: { bodyPadding: 16 },
    Checkbox: { borderRadiusSM: 4 },
    Button: { fontWeight: 500 },
  },
};
