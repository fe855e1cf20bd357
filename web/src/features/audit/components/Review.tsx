import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Result, Spin } from "antd";
import { useState, type ReactNode } from "react";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useShortcuts } from "@/lib/keyboard";
import { money } from "@/lib/money";
import { useText } from "@/lib/text";
import { shortTime } from "@/lib/time";
import { waitingQuery, type Kind } from "@/features/audit/api/queue";
import { messages } from "@/features/audit/messages";
import { ReviewDetail } from "./ReviewDetail";
import styles from "./Review.module.css";

/** The orders that wait for an audit, the oldest first: decide, and the next one is there. */
export function Review({ kind, renderRecording }: { kind: Kind; renderRecording: (contactId: string) => ReactNode }) {
  const t = useText(messages);
  const client = useQueryClient();
  const { data, error, isPending, refetch } = useQuery(waitingQuery(kind));
  const [chosen, setChosen] = useState<string | null>(null);
  // What was decided here, at which version: the list may be older, and a mended order comes back with a later one.
  const [decided, setDecided] = useState<ReadonlyMap<string, number>>(new Map());
  const items = (data?.items ?? []).filter(({ id, version }) => version > (decided.get(id) ?? 0));
  const index = Math.max(
    0,
    items.findIndex(({ id }) => id === chosen),
  );
  const current = items[index] ?? null;
  const move = (by: number) => setChosen(items[Math.min(items.length - 1, Math.max(0, index + by))]?.id ?? null);
  useShortcuts({ ArrowDown: () => move(1), ArrowUp: () => move(-1) });
  if (isPending) return <Spin />;
  return (
    <>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      {current === null ? (
        <Result status="success" title={t("empty")} subTitle={t("emptyHint")} data-testid="review-empty" />
      ) : (
        <div className={styles.review} data-testid="review">
          <aside className={`panel ${styles.queue}`} data-testid="review-queue">
            {items.map((order) => (
              <button
                key={order.id}
                type="button"
                className={styles.entry}
                data-active={order.id === current.id}
                data-testid="review-entry"
                onClick={() => setChosen(order.id)}
              >
                <div className="row apart">
                  <b className="numbers">{order.number}</b>
                  <span className="quiet small">{shortTime(order.created_at)}</span>
                </div>
                <div className="ellipsis small">{order.lines_text}</div>
                <div className="row apart small quiet">
                  <span>
                    {order.customer_name} · {order.agent_name}
                  </span>
                  <span className="numbers">{money(order.amount_minor, order.currency)}</span>
                </div>
              </button>
            ))}
          </aside>
          <ReviewDetail
            key={current.id}
            id={current.id}
            kind={kind}
            renderRecording={renderRecording}
            onDecided={({ id, version }) => {
              setChosen(items[index + 1]?.id ?? items[index - 1]?.id ?? null);
              setDecided((before) => new Map(before).set(id, version));
              void client.invalidateQueries({ queryKey: ["/api/orders"] });
            }}
          />
        </div>
      )}
    </>
  );
}
