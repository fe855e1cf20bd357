import { useQuery } from "@tanstack/react-query";
import { Button, Descriptions, Drawer, Spin, Tag } from "antd";
import { SafetyOutlined, StarOutlined } from "@ant-design/icons";
import { useState } from "react";
import { answer, api } from "@/api/client";
import { ErrorNotice } from "@/components/ErrorNotice";
import { outcomeWords } from "@/lib/outcomes";
import { useCan } from "@/lib/session";
import { useLabel, useText } from "@/lib/text";
import { clock, dateTime } from "@/lib/time";
import type { Recording } from "@/features/recordings/api/recordings";
import { evidence } from "@/features/recordings/evidence-messages";
import { CaseForm } from "./CaseForm";
import { ExportButton } from "./ExportButton";
import { HoldForm } from "./HoldForm";
import { OneRecording } from "./RecordingPlayer";

/** What a recording is: kept or removed, sealed, held. */
export function RecordingTags({ recording }: { recording: Recording }) {
  const t = useText(evidence);
  return (
    <span className="row wrap" style={{ gap: 4, display: "inline-flex" }}>
      {recording.state === "removed" ? <Tag>{t("removed")}</Tag> : <Tag color="green">{t("kept")}</Tag>}
      {recording.state === "kept" && !recording.sealed && <Tag color="orange">{t("plain")}</Tag>}
      {recording.held && <Tag color="purple">{t("held")}</Tag>}
    </span>
  );
}

/** One recording: player with its timeline, facts, and what may be done with it. */
export function RecordingDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const t = useText(evidence);
  const can = useCan();
  const label = useLabel();
  const [at, setAt] = useState(0);
  const [form, setForm] = useState<"case" | "hold" | null>(null);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["/api/recordings", "one", id],
    queryFn: () => answer(api.GET("/api/recordings/{recording_id}", { params: { path: { recording_id: id ?? "" } } })),
    enabled: id !== null,
  });
  const kept = data?.state === "kept";
  return (
    <Drawer open={id !== null} onClose={onClose} size={760} title={t("detail")} destroyOnHidden>
      {id !== null && isPending && <Spin />}
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      {data && (
        <div className="stack" data-testid="recording-detail">
          <OneRecording recording={data} keys onAt={setAt} />
          {kept && (
            <div className="row wrap">
              {can("recordings.curate") && (
                <Button icon={<StarOutlined />} onClick={() => setForm("case")} data-testid="make-case">
                  {t("makeCase")}
                </Button>
              )}
              {can("recordings.hold") && (
                <Button icon={<SafetyOutlined />} onClick={() => setForm("hold")} data-testid="place-hold">
                  {t("placeHold")}
                </Button>
              )}
              {can("recordings.export") && <ExportButton ids={[data.id]} label={t("export")} />}
            </div>
          )}
          <Descriptions
            size="small"
            column={2}
            items={[
              { key: "at", label: t("at"), children: <span className="numbers">{dateTime(data.starts_at)}</span> },
              { key: "length", label: t("length"), children: <span className="numbers">{clock(data.seconds)}</span> },
              {
                key: "number",
                label: t("number"),
                children: (
                  <>
                    <span className="numbers">{data.number}</span>&nbsp;
                    <span className="quiet">{data.number_place}</span>
                  </>
                ),
              },
              { key: "agents", label: t("agents"), children: data.agents.join("、") || "—" },
              {
                key: "line",
                label: t("line"),
                children: [data.line_name, data.hotline_name ?? data.dialled].filter(Boolean).join(" / "),
              },
              {
                key: "state",
                label: t("state"),
                children: (
                  <span className="row wrap" style={{ gap: 4 }}>
                    <RecordingTags recording={data} />
                    {data.outcome && <Tag>{label(outcomeWords, data.outcome)}</Tag>}
                  </span>
                ),
              },
              ...(data.cut_s > 0.5
                ? [{ key: "cut", label: t("leftOut"), children: <span className="numbers">{clock(data.cut_s)}</span> }]
                : []),
              {
                key: "contact",
                label: t("contact"),
                span: 2,
                children: <span className="numbers small">{data.contact_id}</span>,
              },
              {
                key: "sha",
                label: t("checksum"),
                span: 2,
                children: (
                  <span className="numbers small" style={{ wordBreak: "break-all" }}>
                    {data.sha256}
                  </span>
                ),
              },
            ]}
          />
          <CaseForm recording={form === "case" ? data : null} at={at} onClose={() => setForm(null)} />
          <HoldForm recordingId={form === "hold" ? data.id : null} onClose={() => setForm(null)} />
        </div>
      )}
    </Drawer>
  );
}
