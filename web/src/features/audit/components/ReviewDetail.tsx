import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Spin } from "antd";
import { useState, type ReactNode } from "react";
import { AskReason } from "@/components/AskReason";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Kbd } from "@/components/Kbd";
import { OrderAddress, OrderHistory, OrderLines } from "@/components/order/OrderFacts";
import { StateTag } from "@/components/order/StateTag";
import { useShortcuts } from "@/lib/keyboard";
import { orderQuery, takeStep, wholeOrderKey, type DecidingStep, type OrderDetail } from "@/lib/orders";
import { useMayListen, useMe } from "@/lib/session";
import { useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import type { Kind } from "@/features/audit/api/queue";
import { messages } from "@/features/audit/messages";
import styles from "./Review.module.css";

const steps: Record<Kind, { yes: DecidingStep; no: DecidingStep; allowed: "approve" | "clear" }> = {
  audit: { yes: "approve", no: "return", allowed: "approve" },
  dispatch: { yes: "clear", no: "dispatch-return", allowed: "clear" },
};

interface Props {
  id: string;
  kind: Kind;
  onDecided: (order: OrderDetail) => void;
  renderRecording: (contactId: string) => ReactNode;
}

/** One order under audit, shown whole, with its call beside it, and the two decisions. */
export function ReviewDetail({ id, kind, onDecided, renderRecording }: Props) {
  const t = useText(messages);
  const me = useMe();
  const mayListen = useMayListen();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [returning, setReturning] = useState(false);
  const { data, error, refetch } = useQuery(orderQuery(id, true));
  const { yes, no, allowed } = steps[kind];
  const decide = useMutation({
    mutationFn: ({ step, reason }: { step: DecidingStep; reason: string }) =>
      takeStep(id, step, data?.version ?? 0, reason),
    onSuccess: (order, { step }) => {
      setReturning(false);
      void message.success(t(step === yes ? "approved" : "sentBack", { number: order.number }));
      onDecided(order);
    },
    onError: (fault) => {
      void message.error(fault.message);
      void client.invalidateQueries({ queryKey: ["/api/orders"] });
      void client.invalidateQueries({ queryKey: wholeOrderKey(id) });
    },
  });
  const may = data?.steps.includes(allowed) ?? false;
  const approve = () => may && !decide.isPending && decide.mutate({ step: yes, reason: "" });
  useShortcuts({ A: !returning && approve, R: !returning && may && (() => setReturning(true)) });
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data) return <Spin style={{ margin: 60 }} />;
  const presets =
    kind === "audit"
      ? [t("whyRecording"), t("whyPrice"), t("whyAddress"), t("whyPhone")]
      : [t("whyAddress"), t("whyPhone"), t("whyName"), t("whyRegion")];
  return (
    <section className={`panel ${styles.detail}`} data-testid="review-detail" data-order={data.number}>
      <div className={styles.head}>
        <b className="numbers">{data.number}</b>
        <StateTag state={data.state} />
        <span>{data.customer_name}</span>
        <span className="quiet">
          {data.agent_name} · {dateTime(data.created_at)}
        </span>
        <span className="grow" />
        <span className="quiet small">{t("keys")}</span>
      </div>
      <div className={styles.body}>
        <div className={styles.column}>
          {!may && <Alert type="info" showIcon title={t(data.agent_id === me.user_id ? "ownOrder" : "gone")} />}
          <OrderAddress order={data} />
          <OrderLines order={data} />
        </div>
        <div className={styles.column}>
          {mayListen && (
            <div>
              <div className="quiet small" style={{ marginBottom: 6, fontWeight: 600 }}>
                {t("recording")}
              </div>
              {data.contact_id ? renderRecording(data.contact_id) : <span className="quiet">{t("noCall")}</span>}
            </div>
          )}
          <OrderHistory order={data} />
        </div>
      </div>
      <div className={styles.foot}>
        <Button
          type="primary"
          disabled={!may}
          loading={decide.isPending && !returning}
          onClick={approve}
          style={may ? { background: "var(--ready)" } : undefined}
          data-testid="approve"
        >
          {t("approve")}
          <Kbd keys="A" />
        </Button>
        <Button danger disabled={!may} onClick={() => setReturning(true)} data-testid="return">
          {t("back")}
          <Kbd keys="R" />
        </Button>
      </div>
      <AskReason
        open={returning}
        danger
        title={t("returnTitle")}
        presets={presets}
        okText={t("back")}
        busy={decide.isPending}
        onCancel={() => setReturning(false)}
        onReason={(reason) => decide.mutate({ step: no, reason })}
      />
    </section>
  );
}
