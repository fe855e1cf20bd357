import { ContactList } from "@/features/contacts/components/ContactList";
import { RecordingPlayer } from "@/features/recordings/components/RecordingPlayer";

export function ContactsPage() {
  return <ContactList renderRecording={(contactId) => <RecordingPlayer contactId={contactId} />} />;
}
