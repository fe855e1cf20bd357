import { RecordingPlayer } from "@/features/recordings/components/RecordingPlayer";
import { useMayListen } from "@/lib/session";

/** The player, for those who may listen. */
export function Recording({ contactId }: { contactId: string }) {
  if (!useMayListen()) return <span className="quiet">—</span>;
  return <RecordingPlayer contactId={contactId} />;
}

export const renderRecording = (contactId: string) => <Recording contactId={contactId} />;
