import { Tag } from "antd";
import { outcomeColours, outcomeWords } from "@/lib/outcomes";
import { orderStateColours, orderStateWords } from "@/lib/order-states";
import { money } from "@/lib/money";
import { useLabel, usePick, useText } from "@/lib/text";
import { shortTime } from "@/lib/time";
import type { Choice, Pop } from "@/lib/seat/frames";
import { messages } from "@/features/desk/messages";
import styles from "./Pop.module.css";

/** Earlier calls with what came of them. */
export function CallHistory({ pop, dispositions }: { pop: Pop | null; dispositions: Choice[] }) {
  const t = useText(messages);
  const label = useLabel();
  const pick = usePick();
  return (
    <section className={styles.panel} data-testid="pop-calls">
      <div className={styles.title}>
        {t("calls")} <Tag>{pop?.calls.length ?? 0}</Tag>
      </div>
      <div className={styles.body}>
        {!pop?.calls.length && <span className="quiet">{t("noCalls")}</span>}
        {pop?.calls.map((one) => (
          <div key={one.id} className={styles.entry} data-testid="pop-call">
            <div className={styles.line}>
              <span className="numbers">{shortTime(one.at)}</span>
              <Tag color={outcomeColours[one.outcome] ?? "default"}>{label(outcomeWords, one.outcome)}</Tag>
              {one.disposition && (
                <b className="ellipsis">
                  {pick(
                    dispositions.find(({ code }) => code === one.disposition),
                    one.disposition,
                  )}
                </b>
              )}
              <span className="grow" />
              <span className="quiet small">{one.agent_name}</span>
            </div>
            {one.note && <div className={styles.text}>{one.note}</div>}
          </div>
        ))}
      </div>
    </section>
  );
}

/** Earlier orders with their state. */
export function OrderHistory({ pop, onOpen }: { pop: Pop | null; onOpen: (id: string) => void }) {
  const t = useText(messages);
  const label = useLabel();
  return (
    <section className={styles.panel} data-testid="pop-orders">
      <div className={styles.title}>
        {t("orders")} <Tag>{pop?.orders.length ?? 0}</Tag>
      </div>
      <div className={styles.body}>
        {!pop?.orders.length && <span className="quiet">{t("noOrders")}</span>}
        {pop?.orders.map((one) => (
          <div key={one.id} className={styles.entry} data-testid="pop-order">
            <div className={styles.line}>
              <a className="numbers" onClick={() => onOpen(one.id)}>
                {one.number}
              </a>
              <Tag color={orderStateColours[one.state] ?? "default"}>{label(orderStateWords, one.state)}</Tag>
              <span className="grow" />
              <b className="numbers">{money(one.total, one.currency)}</b>
            </div>
            <div className={styles.text}>
              {shortTime(one.at)} · {one.lines_text}
            </div>
          </div>
        ))}
      </div>
    </section>
  );
}
