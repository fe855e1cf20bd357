import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Descriptions, Input, Modal, Popconfirm, Spin, Tabs, Typography, Upload } from "antd";
import { ArrowLeftOutlined } from "@ant-design/icons";
import { useState, type ReactNode } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { ErrorNotice } from "@/components/ErrorNotice";
import { PageFrame } from "@/components/PageFrame";
import { common } from "@/lib/common-messages";
import { useCan } from "@/lib/session";
import { useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import {
  cancelDraw,
  closeDraw,
  drawQuery,
  drawsKey,
  holdDraw,
  importTickets,
  openDraw,
  published,
  removeDraw,
  type Draw,
} from "@/features/draws/api/draws";
import { messages } from "@/features/draws/messages";
import { DrawForm } from "./DrawForm";
import { DrawState } from "./DrawState";
import { Participants } from "./Participants";
import { Winners } from "./Winners";

function Steps({ draw }: { draw: Draw }) {
  const t = useText(messages);
  const c = useText(common);
  const client = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [editing, setEditing] = useState(false);
  const [drawing, setDrawing] = useState(false);
  const [word, setWord] = useState("");
  const run = useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSuccess: () => client.invalidateQueries({ queryKey: drawsKey }),
    onError: (fault) => void message.error(fault.message),
  });
  const sure = (label: string, question: string, act: () => Promise<unknown>, testid: string, primary = true) => (
    <Popconfirm title={question} onConfirm={() => run.mutateAsync(act).catch(() => undefined)}>
      <Button type={primary ? "primary" : "default"} danger={!primary} loading={run.isPending} data-testid={testid}>
        {label}
      </Button>
    </Popconfirm>
  );
  const prizes = draw.prizes.reduce((sum, prize) => sum + (prize.count ?? 1), 0);
  return (
    <>
      {draw.state === "draft" && (
        <>
          {draw.ticket_source === "list" && (
            <Upload
              accept=".txt,.csv,text/plain,text/csv"
              showUploadList={false}
              beforeUpload={(file) => {
                run.mutate(async () => void message.success(t("imported", await importTickets(draw.id, file))));
                return false;
              }}
            >
              <Button loading={run.isPending}>{t("import")}</Button>
            </Upload>
          )}
          <Button onClick={() => setEditing(true)} data-testid="edit-draw">
            {t("edit")}
          </Button>
          {sure(
            c("remove"),
            t("removeSure"),
            () => removeDraw(draw.id).then(() => navigate("/draws")),
            "remove",
            false,
          )}
          {sure(t("open"), t("openSure"), () => openDraw(draw.id), "open-draw")}
        </>
      )}
      {["open", "closed"].includes(draw.state) &&
        sure(t("cancel"), t("cancelSure"), () => cancelDraw(draw.id), "cancel-draw", false)}
      {draw.state === "open" && sure(t("close"), t("closeSure"), () => closeDraw(draw.id), "close-draw")}
      {draw.state === "closed" && (
        <Button type="primary" onClick={() => setDrawing(true)} data-testid="hold-draw">
          {t("draw")}
        </Button>
      )}
      {editing && <DrawForm draw={draw} onClose={() => setEditing(false)} onSaved={() => setEditing(false)} />}
      <Modal
        open={drawing}
        title={t("drawTitle")}
        okText={t("draw")}
        onCancel={() => setDrawing(false)}
        confirmLoading={run.isPending}
        okButtonProps={{ disabled: !!draw.public_source && !word.trim(), "data-testid": "draw-sure" }}
        onOk={() =>
          void run
            .mutateAsync(() => holdDraw(draw.id, word.trim()))
            .then(() => setDrawing(false))
            .catch(() => undefined)
        }
      >
        <p>{t("drawSure", { entries: draw.entries ?? 0, prizes })}</p>
        {draw.public_source && (
          <>
            <div className="small quiet">{t("publicWord", { source: draw.public_source })}</div>
            <Input value={word} onChange={(event) => setWord(event.target.value)} data-testid="public-word" />
          </>
        )}
      </Modal>
    </>
  );
}

function Proof({ draw }: { draw: Draw }) {
  const t = useText(messages);
  const { message } = App.useApp();
  const download = useMutation({
    mutationFn: () => published(draw.id),
    onSuccess: (document) => {
      const link = window.document.createElement("a");
      link.href = URL.createObjectURL(new Blob([JSON.stringify(document, null, 1)], { type: "application/json" }));
      link.download = `${draw.name}.json`;
      link.click();
      URL.revokeObjectURL(link.href);
    },
    onError: (fault) => void message.error(fault.message),
  });
  const hash = (text: string | null): ReactNode =>
    text ? (
      <Typography.Text copyable code style={{ wordBreak: "break-all" }}>
        {text}
      </Typography.Text>
    ) : (
      <span className="quiet">{t("notYet")}</span>
    );
  return (
    <div className="stack panel" style={{ padding: 16 }}>
      <div>{t("how")}</div>
      <Descriptions
        column={1}
        size="small"
        items={[
          { key: "commitment", label: t("commitment"), children: hash(draw.commitment) },
          { key: "list", label: t("listHash"), children: hash(draw.list_hash) },
          { key: "seed", label: t("seed"), children: hash(draw.seed) },
          ...(draw.public_source
            ? [
                {
                  key: "word",
                  label: t("publicWord", { source: draw.public_source }),
                  children: draw.public_word || <span className="quiet">{t("notYet")}</span>,
                },
              ]
            : []),
        ]}
      />
      <div className="row">
        <Button onClick={() => download.mutate()} loading={download.isPending} data-testid="download">
          {t("download")}
        </Button>
        <Link to="/check-draw" target="_blank">
          {t("verify")}
        </Link>
      </div>
    </div>
  );
}

function Overview({ draw }: { draw: Draw }) {
  const t = useText(messages);
  return (
    <div className="panel" style={{ padding: 16 }}>
      <Descriptions
        size="small"
        column={{ xs: 1, lg: 2 }}
        items={[
          { key: "period", label: t("period"), children: `${dateTime(draw.opens_at)} – ${dateTime(draw.closes_at)}` },
          { key: "hotline", label: t("hotline"), children: draw.hotline_number ?? t("anyHotline") },
          { key: "entries", label: t("entries"), children: draw.entries },
          { key: "people", label: t("people"), children: draw.people },
          {
            key: "source",
            label: t("source"),
            children:
              draw.ticket_source === "list" ? (
                `${t("source_list")} · ${t("tickets")} ${draw.tickets ?? 0}`
              ) : (
                <code>{draw.ticket_pattern}</code>
              ),
          },
          { key: "check", label: t("check"), children: t(`check_${draw.ticket_check}` as "check_none") },
          { key: "per", label: t("perPerson"), children: draw.per_person },
          { key: "reserves", label: t("reserves"), children: draw.reserves },
          {
            key: "prizes",
            label: t("prizes"),
            children: draw.prizes.map((prize) => `${prize.name} ×${prize.count ?? 1}`).join(" · "),
          },
          {
            key: "rules",
            label: t("rulesText"),
            children: <span style={{ whiteSpace: "pre-wrap" }}>{draw.rules_text || "—"}</span>,
          },
        ]}
      />
    </div>
  );
}

/** One prize draw through its stages. */
export function DrawPage() {
  const t = useText(messages);
  const c = useText(common);
  const can = useCan();
  const { id = "" } = useParams();
  const [search, setSearch] = useSearchParams();
  const { data: draw, error, refetch } = useQuery(drawQuery(id));
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!draw) return <Spin style={{ margin: 40 }} />;
  return (
    <PageFrame
      testid="draw"
      title={
        <span className="row">
          <Link to="/draws" aria-label={c("back")}>
            <Button type="text" icon={<ArrowLeftOutlined />} tabIndex={-1} />
          </Link>
          {draw.name}
        </span>
      }
      filters={<DrawState draw={draw} />}
      actions={can("draws.manage") && <Steps draw={draw} />}
    >
      <Tabs
        activeKey={search.get("tab") ?? (draw.state === "drawn" ? "winners" : "overview")}
        onChange={(tab) => setSearch({ tab }, { replace: true })}
        destroyOnHidden
        items={[
          { key: "overview", label: t("overview"), children: <Overview draw={draw} /> },
          { key: "participants", label: t("participants"), children: <Participants draw={draw} /> },
          { key: "winners", label: t("winners"), children: <Winners draw={draw} /> },
          { key: "fair", label: t("fair"), children: <Proof draw={draw} /> },
        ]}
      />
    </PageFrame>
  );
}
