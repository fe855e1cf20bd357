import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import type { Schema } from "@/api/client";
import { useLabel, useText } from "@/lib/text";
import { settingsQuery, type Prompt, type Queue } from "@/features/settings/api/lines";
import { promptWords } from "@/features/settings/messages";
import { queueMessages } from "@/features/settings/queue-messages";

export type Exit = Schema["ExitBody"];
export const EXIT_KINDS = ["message", "overflow", "voicemail", "callback", "flow"] as const;
type Kind = (typeof EXIT_KINDS)[number];

interface Props {
  value?: Exit | null;
  onChange?: (exit: Exit | null) => void;
  id?: string;
  /** The queue itself, which is no target of its own. */
  own: string | undefined;
  /** Whether callers may as well just wait. */
  optional?: boolean;
  testid: string;
}

/** What becomes of a caller: a message, another queue, voicemail, a callback or a flow, and which. */
export function ExitField({ value, onChange, id, own, optional, testid }: Props) {
  const t = useText(queueMessages);
  const label = useLabel();
  const kind: Kind | null = value ? (value.kind ?? "message") : optional ? null : "message";
  const { data: queues } = useQuery(settingsQuery<Queue>("/api/queues"));
  const { data: prompts } = useQuery(settingsQuery<Prompt>("/api/prompts"));
  const { data: flows } = useQuery({
    ...settingsQuery<{ id: string; name: string; published?: number | null }>("/api/flows"),
    enabled: kind === "flow",
  });
  const others = (queues?.items ?? []).filter((queue) => queue.id !== own);
  const named = (rows: readonly { id: string; name: string }[]) =>
    rows.map((row) => ({ value: row.id, label: row.name }));
  const targets = {
    message: (prompts?.items ?? [])
      .filter((prompt) => !prompt.piece)
      .map(({ key }) => ({ value: key, label: label(promptWords, key) })),
    overflow: named(others),
    voicemail: named(others),
    callback: named(others),
    flow: named((flows?.items ?? []).filter((flow) => flow.published != null)),
  };
  const hints = {
    message: t("usualMessage"),
    overflow: t("chooseQueue"),
    voicemail: t("sameQueue"),
    callback: t("sameQueue"),
    flow: t("chooseFlow"),
  };
  const needed = kind === "overflow" || kind === "flow";
  return (
    <div className="row wrap" id={id ?? ""} style={{ gap: 8 }}>
      <Select<Kind | "wait">
        value={kind ?? "wait"}
        onChange={(next) => onChange?.(next === "wait" ? null : { kind: next, target: null })}
        options={[
          ...(optional ? [{ value: "wait" as const, label: t("wait") }] : []),
          ...EXIT_KINDS.map((each) => ({ value: each, label: t(`kind_${each}`) })),
        ]}
        style={{ width: 250 }}
        data-testid={`${testid}-kind`}
      />
      {kind && (
        <Select
          value={value?.target ?? null}
          onChange={(target: string | undefined) => onChange?.({ kind, target: target ?? null })}
          allowClear={!needed}
          showSearch={{ optionFilterProp: "label" }}
          placeholder={hints[kind]}
          status={needed && !value?.target ? "error" : ""}
          options={targets[kind]}
          style={{ width: 250 }}
          data-testid={`${testid}-target`}
        />
      )}
    </div>
  );
}
