import { Alert, Button } from "antd";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";

/** What went wrong while loading, with another try. */
export function ErrorNotice({ error, onRetry }: { error: Error | null; onRetry?: () => void }) {
  const t = useText(common);
  if (!error) return null;
  return (
    <Alert
      type="error"
      showIcon
      title={error.message || t("failed")}
      data-testid="error-notice"
      action={
        onRetry && (
          <Button size="small" onClick={onRetry}>
            {t("retry")}
          </Button>
        )
      }
    />
  );
}
