import type { ReactNode } from "react";

/** A text in a table that may be long: cut where it would push other columns out of the window, whole when pointed at. */
export function Clip({ children, title, wide = 260 }: { children?: ReactNode; title?: string; wide?: number }) {
  return (
    <div
      className="ellipsis"
      style={{ maxWidth: `min(${wide}px, ${Math.round(wide / 16)}vw)` }}
      title={title ?? (typeof children === "string" ? children : undefined)}
    >
      {children}
    </div>
  );
}
