import { useState } from "react";
import { DeskIdle } from "@/app/pages/DeskIdle";
import { Desk } from "@/features/desk/components/Desk";
import type { OrderSlot } from "@/features/desk/components/Conversation";
import { OrderEntry } from "@/features/orders/components/entry/OrderEntry";
import { showPlaced } from "@/features/desk/state/placed";
import { useDesk } from "@/lib/seat/desk-context";
import { OrderDrawer } from "@/features/orders/components/OrderDrawer";
import { renderRecording } from "@/app/pages/recording";
import { isUnsent } from "@/features/orders/entry-form";

function EntryBeside({ contact, order, onOrder, savedMark }: OrderSlot) {
  const desk = useDesk();
  const customer = contact.pop?.customer ?? null;
  return (
    <OrderEntry
      value={order}
      onValue={onOrder}
      savedMark={savedMark}
      onPlaced={({ id, number, created_at, state, amount_minor, currency, lines_text, customer_id, customer_name }) =>
        showPlaced(
          desk,
          contact.id,
          { id, number, at: created_at, state, total: amount_minor, currency, lines_text },
          { id: customer_id, name: customer_name },
        )
      }
      of={{
        contact_id: contact.id,
        line_id: contact.line,
        hotline_id: contact.hotline_id ?? null,
        customer: customer ? { id: customer.id } : { name: "", number: contact.number },
      }}
      caller={{ name: customer?.name ?? "", number: contact.number, addresses: customer?.addresses ?? [] }}
    />
  );
}

/** The agent's desk with the order form beside the call. */
export function DeskPage() {
  const [order, setOrder] = useState<string | null>(null);
  return (
    <>
      <Desk
        parts={{ renderOrder: (slot) => <EntryBeside {...slot} />, isUnsent, onOpenOrder: setOrder }}
        idle={<DeskIdle />}
      />
      <OrderDrawer id={order} onClose={() => setOrder(null)} renderRecording={renderRecording} />
    </>
  );
}
