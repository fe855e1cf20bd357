import { Button, Result, Spin } from "antd";
import type { ReactNode } from "react";
import { useText } from "@/lib/text";
import { messages } from "@/features/desk/messages";
import { useDesk, useDeskView } from "@/lib/seat/desk-context";
import { ConsultedBar } from "./ConsultedBar";
import { Conversation, type ConversationParts } from "./Conversation";
import styles from "./Desk.module.css";
import { DeskAlerts, Idle } from "./Idle";
import { MicrophoneFault } from "@/components/seat/MicrophoneFault";
import { OfferCard } from "./OfferCard";
import { SeatTaking } from "./SeatTaking";

/** The agent's desk. `idle` fills the space between calls. */
export function Desk({ parts, idle }: { parts: ConversationParts; idle: ReactNode }) {
  const t = useText(messages);
  const desk = useDesk();
  const { socket, loaded, agent, contact, fault, party } = useDeskView();
  if (socket === "replaced") {
    return (
      <Result
        status="info"
        title={t("replaced")}
        subTitle={t("replacedHint")}
        extra={
          <Button type="primary" onClick={() => desk.useHere()} data-testid="use-here">
            {t("useHere")}
          </Button>
        }
      />
    );
  }
  if (socket === "refused") return <Result status="403" title={t("refusedTitle")} />;
  if (!loaded || !agent)
    return <Spin size="large" description={t("connecting")} style={{ display: "block", marginTop: "20vh" }} />;
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
          <div className={styles.rest}>{idle}</div>
        </>
      )}
      <OfferCard />
    </div>
  );
}
