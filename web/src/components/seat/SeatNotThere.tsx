import { Button, Result, Spin } from "antd";
import { seatMessages } from "@/lib/seat/messages";
import { useDesk, useDeskView } from "@/lib/seat/desk-context";
import { useText } from "@/lib/text";

/** Instead of a page that needs the seat's socket: in use elsewhere, refused, or still connecting. */
export function SeatNotThere() {
  const t = useText(seatMessages);
  const desk = useDesk();
  const { socket } = useDeskView();
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
  return <Spin size="large" description={t("connecting")} style={{ display: "block", marginTop: "20vh" }} />;
}
