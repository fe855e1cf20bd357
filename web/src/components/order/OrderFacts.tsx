import { Alert, Button, Tag, Timeline, Tooltip } from "antd";
import { money } from "@/lib/money";
import { paymentWords, stepWords } from "@/lib/order-states";
import type { OrderDetail } from "@/lib/orders";
import { useLabel, useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import { orderMessages } from "./messages";
import styles from "./Order.module.css";

export function OrderLines({ order }: { order: OrderDetail }) {
  const t = useText(orderMessages);
  const label = useLabel();
  return (
    <div>
      <h4 className={styles.title}>{t("lines")}</h4>
      <table className={styles.lines} data-testid="order-lines">
        <tbody>
          {order.lines.map((line, index) => (
            <tr key={index}>
              <td>
                {line.product_name} {line.sku_name} <span className="quiet small">{line.sku_code}</span>{" "}
                {line.gift && <Tag color="magenta">{t("gift")}</Tag>}
              </td>
              <td className={styles.right}>{money(line.price_minor, order.currency)}</td>
              <td className={styles.right}>×{line.quantity}</td>
              <td className={styles.right}>{money(line.amount_minor, order.currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="row" style={{ justifyContent: "flex-end", paddingTop: 6 }}>
        <Tag color={order.payment === "cod" ? "gold" : "green"}>{label(paymentWords, order.payment)}</Tag>
        <span className={styles.sum}>{money(order.amount_minor, order.currency)}</span>
      </div>
      {order.duplicate_confirmed && <Alert type="warning" showIcon title={t("duplicate")} style={{ marginTop: 8 }} />}
      {order.remark && (
        <div style={{ marginTop: 8 }}>
          <span className="quiet">{t("remark")}：</span>
          {order.remark}
        </div>
      )}
    </div>
  );
}

export function OrderAddress({ order, onReveal }: { order: OrderDetail; onReveal?: (() => void) | undefined }) {
  const t = useText(orderMessages);
  const { address } = order;
  return (
    <div>
      <h4 className={styles.title}>
        {t("address")}
        {onReveal && !order.revealed && (
          <Tooltip title={t("reveal")}>
            <Button size="small" type="link" onClick={onReveal} data-testid="reveal">
              {t("reveal")}
            </Button>
          </Tooltip>
        )}
      </h4>
      <div className={styles.address} data-testid="order-address" data-revealed={order.revealed}>
        <b>{address.recipient}</b>　<span className="numbers">{address.phone}</span>
        <div className={styles.street}>
          {address.province}
          {address.city !== address.province && address.city}
          {address.district} {address.street}
        </div>
      </div>
    </div>
  );
}

export function OrderHistory({ order }: { order: OrderDetail }) {
  const t = useText(orderMessages);
  const label = useLabel();
  return (
    <div data-testid="order-history">
      <h4 className={styles.title}>{t("history")}</h4>
      <Timeline
        items={order.history.map((row) => ({
          color: row.step.includes("send_back") || row.step === "cancel" || row.step === "refuse" ? "red" : "blue",
          content: (
            <>
              <b>{label(stepWords, row.step)}</b> {row.by_name}{" "}
              <span className="quiet small numbers">{dateTime(row.at)}</span>
              {row.reason && <div>{row.reason}</div>}
            </>
          ),
        }))}
      />
    </div>
  );
}
