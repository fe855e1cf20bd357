import { Button, Checkbox, InputNumber } from "antd";
import { DeleteOutlined } from "@ant-design/icons";
import { money } from "@/lib/money";
import { useText } from "@/lib/text";
import { changeLine, removeLine, totalOf, type EntryForm } from "@/features/orders/entry-form";
import { entryMessages } from "@/features/orders/entry-messages";
import styles from "./Entry.module.css";

/** The products of the order: quantity, gift or sold, and the sum. */
export function EntryLines({ form, onForm }: { form: EntryForm; onForm: (form: EntryForm) => void }) {
  const t = useText(entryMessages);
  const currency = form.lines[0]?.currency;
  if (form.lines.length === 0) {
    return (
      <div className={styles.lines}>
        <div className={styles.empty}>{t("emptyLines")}</div>
      </div>
    );
  }
  return (
    <div className={styles.lines} data-testid="order-lines">
      <div className={`${styles.row} ${styles.caption}`}>
        <span>{t("product")}</span>
        <span className={styles.right}>{t("price")}</span>
        <span>{t("quantity")}</span>
        <span>{t("gift")}</span>
        <span className={styles.right}>{t("amount")}</span>
        <span />
      </div>
      {form.lines.map((line, index) => (
        <div key={`${line.sku_id}-${index}`} className={styles.row} data-testid="order-line">
          <span className="ellipsis" title={line.name}>
            {line.name} <span className="quiet small">{line.code}</span>
          </span>
          <span className={styles.right}>{money(line.price_minor, line.currency)}</span>
          <InputNumber
            size="small"
            mode="spinner"
            min={1}
            max={999}
            precision={0}
            value={line.quantity}
            onChange={(quantity) => onForm(changeLine(form, index, { quantity: quantity ?? 1 }))}
            style={{ width: "100%" }}
            data-testid="line-quantity"
          />
          <Checkbox
            checked={line.gift}
            onChange={(event) => onForm(changeLine(form, index, { gift: event.target.checked }))}
            data-testid="line-gift"
          />
          <b className={styles.right}>{money(line.gift ? 0 : line.price_minor * line.quantity, line.currency)}</b>
          <Button
            size="small"
            type="text"
            icon={<DeleteOutlined />}
            onClick={() => onForm(removeLine(form, index))}
            aria-label="×"
          />
        </div>
      ))}
      <div className={styles.total}>
        <span className="quiet">{t("total")}</span>
        <b data-testid="order-total">{money(totalOf(form), currency)}</b>
      </div>
    </div>
  );
}
