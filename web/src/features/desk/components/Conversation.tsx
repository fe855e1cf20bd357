import { Spin } from "antd";
import type { ReactNode } from "react";
import type { Contact } from "@/lib/seat/frames";
import { useDraft, type Draft } from "@/features/desk/api/use-draft";
import { useDeskView } from "@/lib/seat/desk-context";
import { CallBar } from "./CallBar";
import { ConsultBar } from "./ConsultBar";
import { CallHistory, OrderHistory } from "./CallHistory";
import { CustomerCard } from "./CustomerCard";
import styles from "./Desk.module.css";
import { DiallingBar } from "./DiallingBar";
import { NotePad, SavedMark } from "./NotePad";
import { QualityBanner } from "./QualityBanner";
import { SupervisedStrip } from "./SupervisedStrip";
import { WrapUp } from "./WrapUp";

/** What an agent writes during a call: the note, and the order in the shape of the order form. */
export interface Written {
  note: string;
  order: unknown;
}

export interface OrderSlot {
  contact: Contact;
  order: unknown;
  onOrder: (change: (order: unknown) => unknown) => void;
  savedMark: ReactNode;
}

export interface ConversationParts {
  /** The order form beside the caller. */
  renderOrder: (slot: OrderSlot) => ReactNode;
  /** Whether an order was begun and not submitted. */
  isUnsent: (order: unknown) => boolean;
  onOpenOrder: (id: string) => void;
}

function Panels({ contact, draft, parts }: { contact: Contact; draft: Draft<Written>; parts: ConversationParts }) {
  const { dispositions } = useDeskView();
  const { body, status, savedAt, update } = draft;
  return (
    <div className={styles.columns}>
      <div className={styles.left}>
        <div className={`${styles.column} ${styles.who}`}>
          <CustomerCard contact={contact} />
          <NotePad
            value={body.note}
            status={status}
            savedAt={savedAt}
            onChange={(note) => update((before) => ({ ...before, note }))}
          />
        </div>
        <div className={`${styles.column} ${styles.past}`}>
          <OrderHistory pop={contact.pop} onOpen={parts.onOpenOrder} />
          <CallHistory pop={contact.pop} dispositions={dispositions} />
        </div>
      </div>
      <div className={styles.order}>
        {/* What was written before (in another window, before a reload) must be here before anything is added to it. */}
        {status === "loading" ? (
          <Spin style={{ margin: 40 }} />
        ) : (
          parts.renderOrder({
            contact,
            order: body.order,
            onOrder: (change) => update((before) => ({ ...before, order: change(before.order) })),
            savedMark: <SavedMark status={status} savedAt={savedAt} />,
          })
        )}
      </div>
    </div>
  );
}

/** One contact from its answer to the end of its wrap-up. Mount it with the contact's id as key. */
export function Conversation({ contact, parts }: { contact: Contact; parts: ConversationParts }) {
  const draft = useDraft<Written>(contact.id, { note: "", order: null });
  return (
    <>
      {contact.state === "wrap_up" ? (
        <WrapUp
          contact={contact}
          note={draft.body.note}
          unsentOrder={parts.isUnsent(draft.body.order)}
          onFinished={draft.discard}
        />
      ) : (
        <>
          {contact.state === "calling" || contact.state === "dialling" ? (
            <DiallingBar contact={contact} />
          ) : (
            <>
              <CallBar contact={contact} />
              <QualityBanner contact={contact} />
            </>
          )}
          <SupervisedStrip supervisors={contact.supervisors ?? []} />
          {contact.consult && <ConsultBar contact={contact.id} consult={contact.consult} />}
        </>
      )}
      <Panels contact={contact} draft={draft} parts={parts} />
    </>
  );
}
