import { renderRecording } from "@/app/pages/recording";
import { PageFrame } from "@/components/PageFrame";
import { Review } from "@/features/audit/components/Review";
import { messages } from "@/features/audit/messages";
import { useText } from "@/lib/text";

export function AuditPage() {
  const t = useText(messages);
  return (
    <PageFrame title={t("auditTitle")} fill testid="audit">
      <Review kind="audit" renderRecording={renderRecording} />
    </PageFrame>
  );
}
