import { renderRecording } from "@/app/pages/recording";
import { Review } from "@/features/audit/components/Review";
import { Dispatch } from "@/features/dispatch/components/Dispatch";

export function DispatchPage() {
  return <Dispatch review={<Review kind="dispatch" renderRecording={renderRecording} />} />;
}
