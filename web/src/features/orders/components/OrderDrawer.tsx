import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Descriptions, Drawer, Spin } from "antd";
import { useState, type ReactNode } from "react";
import { CallButton } from "@/components/CallButton";
import { AskReason } from "@/components/AskReason";
import { ErrorNotice } from "@/components/ErrorNotice";
import { orderMessages } from "@/components/order/messages";
import { OrderAddress, OrderHistory, OrderLines } from "@/components/order/OrderFacts";
import { StateTag } from "@/components/order/StateTag";
import { orderQuery, takeStep, wholeOrderKey, type OrderDetail } from "@/lib/orders";
import { useCan, useMayListen, useMe } from "@/lib/session";
import { useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import { messages } from "@/features/orders/messages";
import { MendForm } from "./MendForm";

interface Props {
  id: string | null;
  onClose: () => void;
  renderRecording: (contactId: string) => ReactNode;
}

function Steps({ order, onMend }: { order: OrderDetail; onMend: () => void }) {
  const t = useText(messages);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [cancelling, setCancelling] = useState(false);
  const cancel = useMutation({
    mutationFn: (reason: string) => takeStep(order.id, "cancel", order.version, reason),
    onSuccess: () => {
      setCancelling(false);
      void message.success(t("cancelled"));
      void client.invalidateQueries({ queryKey: ["/api/orders"] });
      void client.invalidateQueries({ queryKey: wholeOrderKey(order.id) });
    },
    onError: (error) => void message.error(error.message),
  });
  return (
    <div className="row">
      {order.steps.includes("mend") && (
        <Button type="primary" onClick={onMend} data-testid="mend">
          {t("mend")}
        </Button>
      )}
      {order.steps.includes("cancel") && (
        <Button danger onClick={() => setCancelling(true)} data-testid="cancel-order">
          {t("cancelOrder")}
        </Button>
      )}
      <AskReason
        open={cancelling}
        danger
        title={t("cancelWhy")}
        presets={[t("customerWants"), t("wrongOrder")]}
        busy={cancel.isPending}
        onCancel={() => setCancelling(false)}
        onReason={(reason) => cancel.mutate(reason)}
      />
    </div>
  );
}

/** One order: what, for whom, where it is, everything that happened to it, and the call it came from. */
export function OrderDrawer({ id, onClose, renderRecording }: Props) {
  const t = useText(messages);
  const o = useText(orderMessages);
  const can = useCan();
  const me = useMe();
  const mayListen = useMayListen();
  const [whole, setWhole] = useState<string | null>(null);
  const [mending, setMending] = useState(false);
  const { data, error, isPending, refetch } = useQuery({
    ...orderQuery(id ?? "", whole === id && id !== null),
    enabled: id !== null,
  });
  const mayReveal =
    data && (can("customers.reveal") || (data.agent_id === me.user_id && data.state === "returned_to_agent"));
  const close = () => {
    setMending(false);
    setWhole(null);
    onClose();
  };
  return (
    <Drawer
      open={id !== null}
      onClose={close}
      size={680}
      title={data ? <span className="numbers">{data.number}</span> : t("title")}
      destroyOnHidden
      extra={data && <StateTag state={data.state} />}
    >
      <div className="stack" data-testid="order-detail" data-order={data?.number}>
        {id !== null && isPending && <Spin />}
        <ErrorNotice error={error} onRetry={() => void refetch()} />
        {data && mending && (
          <MendForm orderId={data.id} onDone={() => setMending(false)} onCancel={() => setMending(false)} />
        )}
        {data && !mending && (
          <>
            {data.return_reason && (
              <Alert
                type="warning"
                showIcon
                title={o("returnedWhy", { reason: data.return_reason })}
                data-testid="return-reason"
              />
            )}
            <Steps order={data} onMend={() => setMending(true)} />
            <Descriptions
              size="small"
              column={2}
              items={[
                {
                  key: "customer",
                  label: o("customer"),
                  children: (
                    <>
                      {data.customer_name} <CallButton target={{ order: data.id }} />
                    </>
                  ),
                },
                { key: "agent", label: o("agent"), children: data.agent_name },
                {
                  key: "created",
                  label: o("created"),
                  children: <span className="numbers">{dateTime(data.created_at)}</span>,
                },
                {
                  key: "waybill",
                  label: o("waybill"),
                  children: data.waybill ? (
                    <span data-testid="waybill-number">
                      {data.waybill.courier_name} <b className="numbers">{data.waybill.number}</b>{" "}
                      <span className="quiet">
                        {data.waybill.prints ? o("printed", { n: data.waybill.prints }) : o("notPrinted")}
                      </span>
                    </span>
                  ) : (
                    "—"
                  ),
                },
              ]}
            />
            <OrderLines order={data} />
            <OrderAddress order={data} onReveal={mayReveal ? () => setWhole(id) : undefined} />
            {mayListen && (
              <div>
                <div className="quiet small" style={{ marginBottom: 6 }}>
                  {t("recording")}
                </div>
                {data.contact_id ? renderRecording(data.contact_id) : <span className="quiet">{t("noCall")}</span>}
              </div>
            )}
            <OrderHistory order={data} />
          </>
        )}
      </div>
    </Drawer>
  );
}
