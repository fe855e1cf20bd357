import { renderRecording } from "@/app/pages/recording";
import { ContactList } from "@/features/contacts/components/ContactList";

export function ContactsPage() {
  return <ContactList renderRecording={renderRecording} />;
}
