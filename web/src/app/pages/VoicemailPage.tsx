import { Player } from "@/features/recordings/components/Player";
import { sourceOfMessage } from "@/features/recordings/api/recordings";
import { MessageList } from "@/features/voicemail/components/MessageList";

export function VoicemailPage() {
  return (
    <MessageList renderPlayer={(message) => <Player source={sourceOfMessage(message.id, message.seconds)} keys />} />
  );
}
