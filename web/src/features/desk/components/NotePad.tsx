import { Input } from "antd";
import { useText } from "@/lib/text";
import { shortTime } from "@/lib/time";
import type { DraftStatus } from "@/features/desk/api/use-draft";
import { messages } from "@/features/desk/messages";
import styles from "./Pop.module.css";

/** Whether what was written is safe on the server. */
export function SavedMark({ status, savedAt }: { status: DraftStatus; savedAt: number | null }) {
  const t = useText(messages);
  const text =
    status === "failed"
      ? t("draftFailed")
      : status === "saving"
        ? t("draftSaving")
        : savedAt
          ? t("draftSaved", { time: shortTime(savedAt / 1000) })
          : "";
  return (
    <span
      className="quiet small"
      style={status === "failed" ? { color: "#d1313d" } : undefined}
      data-testid="draft-status"
      data-status={status}
    >
      {text}
    </span>
  );
}

interface Props {
  value: string;
  onChange: (note: string) => void;
  status: DraftStatus;
  savedAt: number | null;
}

/** The service note of this call, order or not. */
export function NotePad({ value, onChange, status, savedAt }: Props) {
  const t = useText(messages);
  return (
    <section className={styles.panel}>
      <div className={styles.title}>
        {t("note")}
        <span className="grow" />
        <SavedMark status={status} savedAt={savedAt} />
      </div>
      <Input.TextArea
        className={styles.note ?? ""}
        autoSize={{ minRows: 3, maxRows: 8 }}
        placeholder={t("noteHint")}
        disabled={status === "loading"}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
        data-testid="note"
      />
    </section>
  );
}
