import { useMutation } from "@tanstack/react-query";
import { App, Button, Input } from "antd";
import { EditOutlined, EnvironmentOutlined, UserOutlined } from "@ant-design/icons";
import { useState } from "react";
import { randomId } from "@/lib/ids";
import { useText } from "@/lib/text";
import { shortTime } from "@/lib/time";
import { addNote, keepCustomer } from "@/features/desk/api/customers";
import type { Contact, Pop, PopCustomer } from "@/lib/seat/frames";
import { useDesk } from "@/lib/seat/desk-context";
import { CallerTags } from "./CallerTags";
import { customerMessages } from "./customer-messages";
import { CustomerForm } from "./CustomerForm";
import styles from "./Pop.module.css";

function Notes({ customer, onChange }: { customer: PopCustomer; onChange: (customer: PopCustomer) => void }) {
  const t = useText(customerMessages);
  const { message } = App.useApp();
  const [text, setText] = useState("");
  const mutation = useMutation({
    mutationFn: (note: string) => addNote(customer.id, note, randomId()),
    onSuccess: (note) => {
      setText("");
      onChange({
        ...customer,
        notes: [{ id: note.id, text: note.text, at: note.at, by: note.by_name }, ...customer.notes],
      });
    },
    onError: (error) => void message.error(error.message),
  });
  return (
    <div style={{ marginTop: 10 }}>
      <div className="quiet small">{t("notes")}</div>
      {customer.notes.slice(0, 4).map((note, index) => {
        const value = typeof note === "string" ? { text: note, at: null, by: null, author: null } : note;
        return (
          <div key={index} className={styles.entry}>
            {value.text}
            <div className="quiet small">
              {[value.by ?? value.author, value.at ? shortTime(value.at) : ""].filter(Boolean).join(" · ")}
            </div>
          </div>
        );
      })}
      <Input
        size="small"
        variant="filled"
        placeholder={t("addNote")}
        value={text}
        disabled={mutation.isPending}
        onChange={(event) => setText(event.target.value)}
        onPressEnter={(event) => !event.nativeEvent.isComposing && text.trim() && mutation.mutate(text.trim())}
        style={{ marginTop: 6 }}
        data-testid="customer-note"
      />
    </div>
  );
}

/** Who is calling, with quick changes; an unknown caller can be kept as a potential customer. */
export function CustomerCard({ contact }: { contact: Contact }) {
  const t = useText(customerMessages);
  const desk = useDesk();
  const [editing, setEditing] = useState(false);
  const pop = contact.pop;
  const customer = pop?.customer ?? null;
  const show = (changed: PopCustomer) => {
    const before: Pop = pop ?? {
      number: contact.number,
      place: contact.number_place,
      customer: null,
      calls: [],
      orders: [],
      flags: [],
    };
    desk.showPop(contact.id, { ...before, customer: changed });
  };
  return (
    <section className={styles.panel} data-testid="customer-card" data-customer={customer?.id ?? ""}>
      <div className={styles.title}>
        <UserOutlined /> {t("title")}
        <span className="grow" />
        <Button
          size="small"
          type="text"
          style={{ paddingInline: 4 }}
          icon={<EditOutlined />}
          onClick={() => setEditing(!editing)}
          data-testid="edit-customer"
        >
          {customer ? t("edit") : t("savePotential")}
        </Button>
      </div>
      <div className={styles.body}>
        {editing ? (
          <CustomerForm
            customer={customer}
            number={contact.number}
            onCancel={() => setEditing(false)}
            onSaved={(saved) => {
              setEditing(false);
              const { id, name, vip, segment, potential, potential_reason } = saved;
              show({ addresses: [], notes: [], ...customer, id, name, vip, segment, potential, potential_reason });
              if (!customer) void keepCustomer(contact.id, id);
            }}
          />
        ) : (
          <>
            <div className="row wrap">
              <b style={{ fontSize: 18 }} data-testid="customer-name">
                {customer ? customer.name || t("unnamed") : t("unknown")}
              </b>
              <CallerTags pop={pop} />
            </div>
            <div className="numbers" style={{ marginTop: 2 }}>
              {contact.number} <span className="quiet">{contact.number_place ?? pop?.place}</span>
            </div>
            {!customer && <div className="quiet small">{t("unknownHint")}</div>}
            {customer?.potential && customer.potential_reason && (
              <div className={styles.text}>{customer.potential_reason}</div>
            )}
            {customer?.addresses.slice(0, 2).map((address, index) => (
              <div key={index} className={styles.text}>
                <EnvironmentOutlined /> {address.recipient} · {address.province}
                {address.city !== address.province && address.city}
                {address.district}
                {address.street}
              </div>
            ))}
            {customer && <Notes customer={customer} onChange={show} />}
          </>
        )}
      </div>
    </section>
  );
}
