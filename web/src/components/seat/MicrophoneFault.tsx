import { Alert, Button } from "antd";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";
import { seatMessages } from "@/lib/seat/messages";
import type { DeskView } from "@/lib/seat/desk-controller";

const words = {
  missing: ["micMissing", "micMissingDo"],
  denied: ["micDenied", "micDeniedDo"],
  busy: ["micBusy", "micBusyDo"],
  insecure: ["micInsecure", "micInsecureDo"],
  failed: ["micFailed", "micFailedDo"],
  lost: ["microphoneLost", "micMissingDo"],
} as const;

/** What is wrong with the microphone and what to do about it. */
export function MicrophoneFault({ fault, onRetry }: { fault: DeskView["fault"]; onRetry: () => void }) {
  const t = useText(seatMessages);
  const c = useText(common);
  if (!fault) return null;
  const [title, todo] = words[fault];
  return (
    <Alert
      type="error"
      showIcon
      title={t(title)}
      description={t(todo)}
      data-testid="microphone-fault"
      data-fault={fault}
      action={
        <Button size="small" onClick={onRetry}>
          {c("retry")}
        </Button>
      }
    />
  );
}
