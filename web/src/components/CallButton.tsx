import { PhoneOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { useCommand, useDesk, useDeskView } from "@/lib/seat/desk-context";
import type { CallTarget } from "@/lib/seat/desk-controller";
import { seatMessages } from "@/lib/seat/messages";
import { useCan } from "@/lib/session";
import { useText } from "@/lib/text";

interface Props {
  /** Whose number; the number itself may be masked. */
  target: CallTarget;
  label?: string;
  size?: "small" | "middle";
}

/** Whether calls out can be made here now, and why not. */
function useDialling() {
  const { agent, contact } = useDeskView();
  const free = agent?.state === "ready" || agent?.state === "not_ready";
  const why = !agent || agent.state === "signed_out" ? "callSignIn" : contact ? "callBusy" : null;
  return { free, why } as const;
}

function Dialler({ target, label, size = "small" }: Props) {
  const t = useText(seatMessages);
  const desk = useDesk();
  const { free, why } = useDialling();
  const { busy, run } = useCommand();
  return (
    <Tooltip title={t(why ?? "callThis")}>
      <Button
        size={size}
        icon={<PhoneOutlined />}
        disabled={!free}
        loading={busy === "call"}
        aria-label={t("callThis")}
        onClick={(event) => {
          event.stopPropagation();
          void run("call", () => desk.call(target));
        }}
        data-testid="call-this"
      >
        {label}
      </Button>
    </Tooltip>
  );
}

/** Calls whom a number belongs to. Nothing where somebody may not call, or has no desk. */
export function CallButton(props: Props) {
  const can = useCan();
  return can("calls.dial") && can("desk.use") ? <Dialler {...props} /> : null;
}
