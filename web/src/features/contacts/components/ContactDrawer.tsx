import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Descriptions, Drawer, Input, Spin, Tag, Timeline, Tooltip, Typography } from "antd";
import { useState, type ReactNode } from "react";
import { CallButton } from "@/components/CallButton";
import { ErrorNotice } from "@/components/ErrorNotice";
import { factWords, outcomeColours, outcomeWords } from "@/lib/outcomes";
import { reasonWords } from "@/lib/reason-words";
import { useCan } from "@/lib/session";
import { useLabel, usePick, useText } from "@/lib/text";
import { clock, dateTime } from "@/lib/time";
import { contactQuery, dispositionsQuery, saveNote, type ContactDetail } from "@/features/contacts/api/contacts";
import { messages } from "@/features/contacts/messages";

function Note({ contact }: { contact: ContactDetail }) {
  const t = useText(messages);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [note, setNote] = useState(contact.note ?? "");
  const mutation = useMutation({
    mutationFn: () => saveNote(contact.id, note.trim()),
    onSuccess: () => {
      void message.success(t("saved"));
      void client.invalidateQueries({ queryKey: ["/api/contacts"] });
    },
    onError: (error) => void message.error(error.message),
  });
  return (
    <>
      <Input.TextArea
        autoSize={{ minRows: 2, maxRows: 8 }}
        placeholder={t("noteHint")}
        value={note}
        onChange={(event) => setNote(event.target.value)}
        data-testid="contact-note"
      />
      {note.trim() !== (contact.note ?? "") && (
        <Button
          size="small"
          type="primary"
          style={{ marginTop: 8 }}
          loading={mutation.isPending}
          onClick={() => mutation.mutate()}
          data-testid="save-note"
        >
          {t("saveNote")}
        </Button>
      )}
    </>
  );
}

function History({ contact }: { contact: ContactDetail }) {
  const t = useText(messages);
  const label = useLabel();
  /** What a fact says besides its reason: how a line sounds, how often a wrap-up may still be put off. */
  const details = (data: Record<string, unknown>): string[] => {
    const { side, state, loss_percent: lost, jitter_ms: jitter, left, ends_at, node, question, value } = data;
    const found: string[] = [];
    if (side === "caller" || side === "agent") {
      found.push(t(side === "caller" ? "sideCaller" : "sideAgent"));
      if (state === "good" || state === "poor" || state === "silent") found.push(t(`sounds_${state}`));
      if (typeof lost === "number" && lost >= 1) found.push(t("figureLoss", { n: lost }));
      if (typeof jitter === "number" && jitter >= 10) found.push(t("figureJitter", { n: Math.round(jitter) }));
    }
    if (typeof left === "number" && ends_at !== undefined) found.push(t("extensionsLeft", { n: left }));
    for (const said of [node, question, value]) if (typeof said === "string") found.push(said);
    return found;
  };
  return (
    <Timeline
      items={contact.timeline.map((entry) => {
        const reason = typeof entry.data["reason"] === "string" ? label(reasonWords, entry.data["reason"]) : "";
        return {
          content: (
            <>
              <span className="numbers quiet small">{dateTime(entry.at)}</span> <b>{label(factWords, entry.kind)}</b>{" "}
              {[entry.agent_name, entry.queue_name, reason, ...details(entry.data)].filter(Boolean).join(" · ")}
            </>
          ),
        };
      })}
    />
  );
}

interface Props {
  id: string | null;
  onClose: () => void;
  renderRecording: (contactId: string) => ReactNode;
}

/** One call: facts, recording, note, and everything that happened to it. */
export function ContactDrawer({ id, onClose, renderRecording }: Props) {
  const t = useText(messages);
  const label = useLabel();
  const pick = usePick();
  const can = useCan();
  const [revealed, setRevealed] = useState<string | null>(null);
  const { data, error, isPending, refetch } = useQuery({
    ...contactQuery(id ?? "", revealed === id),
    enabled: id !== null,
  });
  const { data: dispositions } = useQuery(dispositionsQuery);
  return (
    <Drawer open={id !== null} onClose={onClose} size={640} title={t("detail")} destroyOnHidden>
      <div data-testid="contact-detail" className="stack">
        {id !== null && isPending && <Spin />}
        <ErrorNotice error={error} onRetry={() => void refetch()} />
        {data && (
          <>
            <Descriptions
              size="small"
              column={2}
              items={[
                {
                  key: "number",
                  span: 2,
                  label: t("number"),
                  children: (
                    <>
                      <b className="numbers">{data.number}</b>&nbsp;<span className="quiet">{data.number_place}</span>
                      <CallButton target={{ contact: data.id }} />
                      {can("customers.reveal") && revealed !== id && (
                        <Tooltip title={t("revealHint")}>
                          <Button size="small" type="link" onClick={() => setRevealed(id)} data-testid="reveal">
                            {t("reveal")}
                          </Button>
                        </Tooltip>
                      )}
                    </>
                  ),
                },
                {
                  key: "customer",
                  span: 2,
                  label: t("customer"),
                  children: (
                    <>
                      {data.customer_name ?? "—"} {data.vip && <Tag color="gold">VIP</Tag>}
                    </>
                  ),
                },
                { key: "at", label: t("at"), children: <span className="numbers">{dateTime(data.started_at)}</span> },
                {
                  key: "outcome",
                  label: t("outcome"),
                  children: data.outcome ? (
                    <Tag color={outcomeColours[data.outcome] ?? "default"}>{label(outcomeWords, data.outcome)}</Tag>
                  ) : (
                    t("now")
                  ),
                },
                { key: "hotline", label: t("hotline"), children: data.hotline_name ?? data.dialled },
                {
                  key: "line",
                  label: t("line"),
                  children: [data.line_name, data.queue_name].filter(Boolean).join(" / ") || "—",
                },
                { key: "agent", label: t("agent"), children: data.agent_name ?? "—" },
                { key: "reason", label: t("reason"), children: data.reason ? label(reasonWords, data.reason) : "—" },
                ...(data.survey.length > 0
                  ? [
                      {
                        key: "survey",
                        span: 2,
                        label: t("survey"),
                        children: data.survey.map(({ question, value }) => (
                          <Tag key={question} color="blue">
                            {question} {value}
                          </Tag>
                        )),
                      },
                    ]
                  : []),
                { key: "waited", label: t("waited"), children: data.waited_s === null ? "—" : clock(data.waited_s) },
                { key: "talked", label: t("talked"), children: data.talked_s === null ? "—" : clock(data.talked_s) },
                {
                  key: "disposition",
                  label: t("disposition"),
                  children: data.disposition
                    ? pick(
                        dispositions?.items.find(({ code }) => code === data.disposition),
                        data.disposition,
                      )
                    : "—",
                },
              ]}
            />
            <Typography.Title level={5}>{t("recording")}</Typography.Title>
            {renderRecording(data.id)}
            <Typography.Title level={5}>{t("note")}</Typography.Title>
            <Note key={data.id} contact={data} />
            <Typography.Title level={5}>{t("timeline")}</Typography.Title>
            <History contact={data} />
          </>
        )}
      </div>
    </Drawer>
  );
}
