import { renderRecording } from "@/app/pages/recording";
import { MyCalls } from "@/features/contacts/components/MyCalls";

export function MyCallsPage() {
  return <MyCalls renderRecording={renderRecording} />;
}
