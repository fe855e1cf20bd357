import type { ReactNode } from "react";

/** Two parts beside each other where there is room, else below each other. */
export function SideBySide({ children }: { children: ReactNode }) {
  return (
    <div
      style={{
        display: "grid",
        gap: 24,
        gridTemplateColumns: "repeat(auto-fit, minmax(min(480px, 100%), 1fr))",
        alignItems: "start",
      }}
    >
      {children}
    </div>
  );
}
