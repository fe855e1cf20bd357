import { Alert, Button } from "antd";
import { MicrophoneFault } from "@/components/seat/MicrophoneFault";
import { useCommand, useDesk, useDeskView } from "@/lib/seat/desk-context";
import { useText } from "@/lib/text";
import { messages } from "@/features/floor/messages";

/** The supervisor's own phone, and what is wrong with it. */
export function SeatStrip({ acting }: { acting: boolean }) {
  const t = useText(messages);
  const desk = useDesk();
  const { agent, socket, fault, phone, audible } = useDeskView();
  const { busy, run } = useCommand();
  const take = () => void run("take_seat", () => desk.takeSeat("browser"));
  if (socket === "connecting") return <Alert type="warning" banner showIcon title={t("away")} />;
  if (!acting) return <Alert type="info" banner showIcon title={t("watching")} data-testid="only-watching" />;
  if (!agent) return null;
  return (
    <>
      {agent.state === "signed_out" && (
        <Alert
          type="info"
          showIcon
          title={t("needPhone")}
          action={
            <Button type="primary" loading={busy === "take_seat"} onClick={take} data-testid="floor-take-seat">
              {t("takePhone")}
            </Button>
          }
          data-testid="need-phone"
        />
      )}
      <MicrophoneFault fault={fault} onRetry={take} />
      {agent.state !== "signed_out" && agent.phone === "browser" && phone.status === "refused" && (
        <Alert type="error" banner showIcon title={t("phoneLost")} />
      )}
      {!audible && (
        <Alert
          type="info"
          banner
          showIcon
          title={t("soundBlocked")}
          action={
            <Button size="small" onClick={() => desk.unlockSound()}>
              OK
            </Button>
          }
        />
      )}
    </>
  );
}
