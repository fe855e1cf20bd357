import { useQuery } from "@tanstack/react-query";
import { Alert, Spin } from "antd";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import { recordingsQuery, sourceOf, type Recording } from "@/features/recordings/api/recordings";
import { messages } from "@/features/recordings/messages";
import { Player } from "./Player";

interface OneProps {
  recording: Recording;
  keys: boolean;
  onAt?: (seconds: number) => void;
}

/** Plays a recording, or says when and why its sound was removed. */
export function OneRecording({ recording, keys, onAt }: OneProps) {
  const t = useText(messages);
  if (recording.state === "removed") {
    const [reason, days] = (recording.removed_reason ?? "").split(":");
    const why = reason === "retention" ? t("byRetention", { days: days ?? "" }) : (reason ?? "");
    return <Alert type="info" showIcon title={t("removed", { at: dateTime(recording.removed_at), why })} />;
  }
  return <Player source={sourceOf(recording)} keys={keys} {...(onAt && { onAt })} />;
}

/** The recordings of a contact. `keys`: the space bar plays (one player a page). */
export function RecordingPlayer({ contactId, keys = true }: { contactId: string; keys?: boolean }) {
  const t = useText(messages);
  const { data, isPending, error, refetch } = useQuery(recordingsQuery(contactId));
  if (isPending) return <Spin size="small" />;
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (data.items.length === 0) return <span className="quiet">{t("none")}</span>;
  return (
    <div className="stack">
      {data.items.map((one, index) => (
        <OneRecording key={one.id} recording={one} keys={keys && index === 0} />
      ))}
    </div>
  );
}
