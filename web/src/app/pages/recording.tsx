import { RecordingPlayer } from "@/features/recordings/components/RecordingPlayer";
import { useCan } from "@/lib/session";

/** The player, for those who may listen. */
export function Recording({ contactId }: { contactId: string }) {
  const can = useCan();
  if (!can("recordings.read") && !can("recordings.read_own")) return <span className="quiet">—</span>;
  return <RecordingPlayer contactId={contactId} />;
}

export const renderRecording = (contactId: string) => <Recording contactId={contactId} />;
