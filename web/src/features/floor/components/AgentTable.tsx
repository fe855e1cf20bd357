import type { Choice } from "@/lib/seat/frames";
import { useText } from "@/lib/text";
import type { Row, Sorting, SortKey } from "@/features/floor/floor-rows";
import { messages } from "@/features/floor/messages";
import { AgentRow, type RowActions } from "./AgentRow";
import styles from "./Floor.module.css";

interface Props extends RowActions {
  rows: Row[];
  /** Whether nobody stands on the floor at all, whatever the filters say. */
  empty: boolean;
  me: string;
  selected: string | null;
  acting: boolean;
  reasons: Choice[];
  sorting: Sorting;
  onSort: (sorting: Sorting) => void;
}

type Label = "agent" | "state" | "time" | "caller" | "queue" | "today" | "talked";

const COLUMNS: { key: SortKey; label: Label; right?: boolean }[] = [
  { key: "name", label: "agent" },
  { key: "state", label: "state" },
  { key: "time", label: "time", right: true },
  { key: "caller", label: "caller" },
  { key: "queue", label: "queue" },
  { key: "answered", label: "today", right: true },
  { key: "talked", label: "talked", right: true },
];

/** Every agent in a line. */
export function AgentTable({ rows, empty, sorting, onSort, selected, ...line }: Props) {
  const t = useText(messages);
  const sort = (key: SortKey) => onSort({ key, down: sorting.key === key ? !sorting.down : false });
  return (
    <div className={`panel ${styles.scroll}`}>
      <table className={styles.table} data-testid="floor-agents">
        <thead>
          <tr>
            {COLUMNS.map(({ key, label, right }) => (
              <th
                key={key}
                className={right ? styles.right : undefined}
                aria-sort={sorting.key === key ? (sorting.down ? "descending" : "ascending") : "none"}
              >
                <button type="button" onClick={() => sort(key)} data-testid={`sort-${key}`}>
                  {t(label)}
                  <span className={styles.arrow}>{sorting.key === key ? (sorting.down ? "▼" : "▲") : ""}</span>
                </button>
              </th>
            ))}
            <th className={styles.last}>{t("acts")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <AgentRow key={row.id} row={row} selected={row.id === selected} {...line} />
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className={styles.nothing}>{t(empty ? "noAgents" : "nobody")}</p>}
    </div>
  );
}
