import { Button, Tag } from "antd";
import { PhoneFilled } from "@ant-design/icons";
import { Kbd } from "@/components/Kbd";
import { useShortcuts } from "@/lib/keyboard";
import { useText } from "@/lib/text";
import { clock } from "@/lib/time";
import { useNow } from "@/lib/use-now";
import { messages } from "@/features/desk/messages";
import { rungInPage } from "@/lib/seat/desk-state";
import { useCommand, useDesk, useDeskView } from "@/lib/seat/desk-context";
import { answersItself, type DeskState } from "@/lib/seat/desk-state";
import { CallerTags } from "./CallerTags";
import styles from "./OfferCard.module.css";

const reasonWords = {
  vip_group: "reason_vip_group",
  last_agent: "reason_last_agent",
  transfer: "reason_transfer",
  consult: "reason_consult",
} as const;

function Card({ offer }: { offer: NonNullable<DeskState["offer"]> }) {
  const t = useText(messages);
  const desk = useDesk();
  const { agent, phone, answering } = useDeskView();
  const { busy, run } = useCommand();
  const now = useNow(250);
  const gone = (now - offer.receivedAt) / 1000;
  const left = Math.max(0, 1 - gone / Math.max(1, offer.expires_in));
  const inPage = rungInPage(agent);
  const answer = () => desk.answer();
  const reject = () => void run("reject", () => desk.command("reject_offer", { offer: offer.id }));
  useShortcuts({ F2: inPage && answer, F4: reject });
  const { pop } = offer;
  const line = offer.line_name ?? offer.hotline_name ?? offer.hotline;
  const why = offer.reason in reasonWords ? t(reasonWords[offer.reason as keyof typeof reasonWords]) : null;
  return (
    <div className={styles.veil}>
      <div
        className={styles.card}
        role="alertdialog"
        aria-label={t("incoming")}
        data-testid="offer"
        data-offer={offer.id}
        data-phone={phone.ringing === offer.id}
      >
        <div className={styles.head}>
          <i />
          {t("incoming")}
          {why && <Tag color="gold">{why}</Tag>}
          <span className="grow" />
          <span className="numbers">{t("waited", { time: clock(offer.waited + gone) })}</span>
        </div>
        <div className={styles.left}>
          <div style={{ width: `${left * 100}%` }} />
        </div>
        <div className={styles.body}>
          {offer.reason === "consult" && (
            <p className={styles.asks} data-testid="offer-asks">
              {t("asksYou", { name: offer.asked_by_name ?? "" })}
            </p>
          )}
          <div className={styles.number} data-testid="offer-number">
            {pop?.number_shown || pop?.number || offer.number || t("unknownNumber")}
          </div>
          <div className={styles.who} data-testid="offer-pop" data-loaded={!!pop}>
            {pop ? (
              <>
                {pop.customer?.name && <span data-testid="offer-customer">{pop.customer.name}</span>}
                <CallerTags pop={pop} />
              </>
            ) : (
              <span className="quiet">{t("popWaiting")}</span>
            )}
          </div>
          <div className={styles.facts}>
            <span>
              <b>{pop?.place || offer.number_place || "—"}</b>
            </span>
            <span>
              <b>{line ?? "—"}</b> · {offer.queue_name}
            </span>
            <span>{pop && `${t("calls")} ${pop.calls.length}`}</span>
            <span>{pop && `${t("orders")} ${pop.orders.length}`}</span>
          </div>
        </div>
        <div className={styles.actions}>
          {inPage ? (
            <Button
              type="primary"
              icon={<PhoneFilled />}
              loading={answering === offer.id}
              onClick={answer}
              style={{ background: "var(--ready)" }}
              data-testid="answer"
            >
              {t("answer")}
              <Kbd keys="F2" />
            </Button>
          ) : (
            <div className={styles.lift}>
              <PhoneFilled /> {t(agent?.phone === "number" ? "liftAndPress" : "liftHandset")}
            </div>
          )}
          <Button danger loading={busy === "reject"} onClick={reject} data-testid="reject">
            {t("reject")}
            <Kbd keys="F4" />
          </Button>
        </div>
      </div>
    </div>
  );
}

/** The call that rings now, over everything else. */
export function OfferCard() {
  const { offer } = useDeskView();
  return offer && !answersItself(offer) ? <Card key={offer.id} offer={offer} /> : null;
}
