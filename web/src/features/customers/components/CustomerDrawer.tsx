import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Descriptions, Drawer, Input, Spin, Tag, Tooltip, Typography } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { AskReason } from "@/components/AskReason";
import { CallButton } from "@/components/CallButton";
import { ErrorNotice } from "@/components/ErrorNotice";
import { randomId } from "@/lib/ids";
import { useCan } from "@/lib/session";
import { useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import {
  addNote,
  changeCustomer,
  customerQuery,
  revealCustomer,
  type CustomerDetail,
} from "@/features/customers/api/customers";
import { messages } from "@/features/customers/messages";

function Notes({ customer, onChange }: { customer: CustomerDetail; onChange: () => void }) {
  const t = useText(messages);
  const can = useCan();
  const { message } = App.useApp();
  const [text, setText] = useState("");
  const mutation = useMutation({
    mutationFn: () => addNote(customer.id, text.trim(), randomId()),
    onSuccess: () => {
      setText("");
      onChange();
    },
    onError: (error) => void message.error(error.message),
  });
  return (
    <div className="stack">
      {can("customers.write") && (
        <Input
          placeholder={t("addNote")}
          value={text}
          disabled={mutation.isPending}
          onChange={(event) => setText(event.target.value)}
          onPressEnter={(event) => !event.nativeEvent.isComposing && text.trim() && mutation.mutate()}
        />
      )}
      {customer.notes.length === 0 && <span className="quiet">{t("noNotes")}</span>}
      {customer.notes.map((note) => (
        <div key={note.id}>
          {note.text}
          <div className="quiet small">
            {note.by_name} · {dateTime(note.at)}
          </div>
        </div>
      ))}
    </div>
  );
}

/** One customer: numbers and addresses masked until revealed (which is audited), notes, VIP. */
export function CustomerDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const t = useText(messages);
  const can = useCan();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [naming, setNaming] = useState(false);
  const [whole, setWhole] = useState<CustomerDetail | null>(null);
  const { data: masked, error, isPending, refetch } = useQuery({ ...customerQuery(id ?? ""), enabled: id !== null });
  const data = whole?.id === id ? whole : masked;
  const fresh = () => {
    setWhole(null);
    void client.invalidateQueries({ queryKey: ["/api/customers"] });
  };
  const reveal = useMutation({
    mutationFn: revealCustomer,
    onSuccess: setWhole,
    onError: (fault) => void message.error(fault.message),
  });
  const vip = useMutation({
    mutationFn: (change: { vip: boolean; vip_reason: string | null }) => changeCustomer(id ?? "", change),
    onSuccess: () => {
      setNaming(false);
      void message.success(t("saved"));
      fresh();
    },
    onError: (fault) => void message.error(fault.message),
  });
  return (
    <Drawer
      open={id !== null}
      onClose={onClose}
      size={560}
      destroyOnHidden
      title={data ? data.name || t("unnamed") : t("title")}
      extra={
        data &&
        can("customers.reveal") &&
        !data.revealed && (
          <Tooltip title={t("revealHint")}>
            <Button loading={reveal.isPending} onClick={() => reveal.mutate(data.id)} data-testid="reveal">
              {t("reveal")}
            </Button>
          </Tooltip>
        )
      }
    >
      <div className="stack" data-testid="customer-detail">
        {id !== null && isPending && <Spin />}
        <ErrorNotice error={error} onRetry={() => void refetch()} />
        {data && (
          <>
            <div className="row wrap">
              {data.vip && <Tag color="gold">VIP {data.vip_reason}</Tag>}
              {data.segment && <Tag color="blue">{data.segment}</Tag>}
              {data.potential && <Tag color="purple">{t("potential")}</Tag>}
              <span className="grow" />
              {can("customers.curate") &&
                (data.vip ? (
                  <Button size="small" onClick={() => vip.mutate({ vip: false, vip_reason: null })}>
                    {t("endVip")}
                  </Button>
                ) : (
                  <Button size="small" onClick={() => setNaming(true)}>
                    {t("makeVip")}
                  </Button>
                ))}
              <Link to={`/contacts?customer_id=${data.id}`}>{t("calls")}</Link>
              <Link to={`/orders?customer_id=${data.id}`}>{t("orders")}</Link>
            </div>
            <Descriptions
              size="small"
              column={1}
              items={[
                {
                  key: "numbers",
                  label: t("numbers"),
                  children: (
                    <div>
                      {data.numbers.map((number) => (
                        <div key={number.id} className="numbers">
                          {number.shown} <span className="quiet">{number.place}</span>{" "}
                          <CallButton target={{ customer_number: number.id }} />
                        </div>
                      ))}
                    </div>
                  ),
                },
                ...(data.potential_interest
                  ? [{ key: "interest", label: t("interest"), children: data.potential_interest }]
                  : []),
                ...(data.potential_reason
                  ? [{ key: "reason", label: t("reason"), children: data.potential_reason }]
                  : []),
                {
                  key: "created",
                  label: t("created"),
                  children: <span className="numbers">{dateTime(data.created_at)}</span>,
                },
              ]}
            />
            <Typography.Title level={5}>{t("addresses")}</Typography.Title>
            {data.addresses.length === 0 && <span className="quiet">{t("noAddresses")}</span>}
            {data.addresses.map((address) => (
              <div key={address.id}>
                <b>{address.recipient}</b> <span className="numbers quiet">{address.phone}</span>
                <div>
                  {address.province}
                  {address.city !== address.province && address.city}
                  {address.district}
                  {address.street}
                </div>
              </div>
            ))}
            <Typography.Title level={5}>{t("notes")}</Typography.Title>
            <Notes customer={data} onChange={fresh} />
          </>
        )}
      </div>
      <AskReason
        open={naming}
        title={t("vipReason")}
        busy={vip.isPending}
        onCancel={() => setNaming(false)}
        onReason={(reason) => vip.mutate({ vip: true, vip_reason: reason })}
      />
    </Drawer>
  );
}
