import type { ReactNode } from "react";
import { useDesk, useDeskView } from "@/lib/seat/desk-context";
import { CallbackCard } from "./CallbackCard";
import { ConsultedBar } from "./ConsultedBar";
import { Conversation, type ConversationParts } from "./Conversation";
import styles from "./Desk.module.css";
import { DeskAlerts, Idle } from "./Idle";
import { MicrophoneFault } from "@/components/seat/MicrophoneFault";
import { SeatNotThere } from "@/components/seat/SeatNotThere";
import { OfferCard } from "./OfferCard";
import { SeatTaking } from "./SeatTaking";

/** The agent's desk. `idle` fills the space between calls. */
export function Desk({ parts, idle }: { parts: ConversationParts; idle: ReactNode }) {
  const desk = useDesk();
  const { socket, loaded, agent, contact, fault, party } = useDeskView();
  if (socket === "replaced" || socket === "refused" || !loaded || !agent) return <SeatNotThere />;
  if (agent.state === "signed_out" && !contact) return <SeatTaking />;
  return (
    <div className={styles.desk} data-testid="desk" data-state={agent.state}>
      <DeskAlerts />
      <MicrophoneFault fault={fault} onRetry={() => void desk.takeSeat("browser").catch(() => undefined)} />
      {party?.kind === "consulted" && party.state !== "ringing" && <ConsultedBar party={party} />}
      {contact ? (
        <Conversation key={contact.id} contact={contact} parts={parts} />
      ) : (
        <>
          <Idle />
          <CallbackCard />
          <div className={styles.rest}>{idle}</div>
        </>
      )}
      <OfferCard />
    </div>
  );
}
