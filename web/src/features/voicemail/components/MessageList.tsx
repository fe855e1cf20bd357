import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Drawer, Segmented, Tag, Tooltip } from "antd";
import { PlayCircleOutlined, SettingOutlined } from "@ant-design/icons";
import { useState, type ReactNode } from "react";
import { CallButton } from "@/components/CallButton";
import { AskReason } from "@/components/AskReason";
import { Clip } from "@/components/Clip";
import { PageFrame } from "@/components/PageFrame";
import { QueryTable } from "@/components/QueryTable";
import { SearchBox } from "@/components/SearchBox";
import { useListState } from "@/lib/list-state";
import { useCan } from "@/lib/session";
import { useText } from "@/lib/text";
import { clock, dateTime } from "@/lib/time";
import { closeMessage, noteCalled, reopenMessage, type Message } from "@/features/voicemail/api/voicemail";
import { messages } from "@/features/voicemail/messages";
import { Limits } from "./Limits";

const STATES = ["open", "new", "heard", "done", "all"] as const;

interface Props {
  renderPlayer: (message: Message) => ReactNode;
}

/** The messages that callers left: heard, called back and closed by people. */
export function MessageList({ renderPlayer }: Props) {
  const t = useText(messages);
  const can = useCan();
  const client = useQueryClient();
  const { message: toast } = App.useApp();
  const list = useListState(["state", "q"], { state: "open" });
  const [opened, setOpened] = useState<Message | null>(null);
  const [closing, setClosing] = useState<Message | null>(null);
  const [limits, setLimits] = useState(false);
  const state = list.value("state") ?? "all";
  const fresh = () => void client.invalidateQueries({ queryKey: ["/api/voicemails"] });
  const close = useMutation({
    mutationFn: ({ id, result }: { id: string; result: string }) => closeMessage(id, result),
    onSuccess: () => {
      setClosing(null);
      setOpened(null);
      fresh();
      void toast.success(t("saved"));
    },
    onError: (error) => void toast.error(error.message),
  });
  const reopen = useMutation({
    mutationFn: reopenMessage,
    onSuccess: fresh,
    onError: (error) => void toast.error(error.message),
  });
  const number = (row: Message) => (row.withheld ? t("withheld") : row.number);
  const acts = (row: Message) =>
    row.state === "done" ? (
      <Button size="small" onClick={() => reopen.mutate(row.id)}>
        {t("reopen")}
      </Button>
    ) : (
      <div className="row">
        {!row.withheld && (
          <span onClickCapture={() => void noteCalled(row.id).then(fresh)}>
            <CallButton target={{ contact: row.contact_id }} label={t("call")} />
          </span>
        )}
        <Button size="small" type="primary" onClick={() => setClosing(row)} data-testid="message-close">
          {t("close")}
        </Button>
      </div>
    );
  return (
    <PageFrame
      title={t("title")}
      testid="voicemail"
      filters={
        <>
          <Segmented
            value={state}
            onChange={(value) => list.set({ state: value === "all" ? "" : value })}
            options={STATES.map((value) => ({ value, label: t(value) }))}
          />
          <SearchBox list={list} placeholder={t("search")} />
          {can("voicemail.manage") && (
            <Button icon={<SettingOutlined />} onClick={() => setLimits(true)} data-testid="message-limits">
              {t("limits")}
            </Button>
          )}
        </>
      }
    >
      <QueryTable<Message>
        path="/api/voicemails"
        list={list}
        refetchEvery={10_000}
        empty={t(state === "open" ? "emptyOpen" : "empty")}
        columns={[
          {
            title: t("leftAt"),
            dataIndex: "left_at",
            sorter: true,
            width: 130,
            render: (at: string) => <span className="numbers">{dateTime(at)}</span>,
          },
          {
            title: t("number"),
            dataIndex: "number",
            render: (_: string, row) => (
              <>
                <b className="numbers">{number(row)}</b> <span className="quiet small">{row.number_place}</span>
                {row.reached_since && (
                  <Tooltip title={t("reachedHint")}>
                    <Tag color="green">{t("reached")}</Tag>
                  </Tooltip>
                )}
              </>
            ),
          },
          { title: t("customer"), dataIndex: "customer_name", render: (name: string | null) => name ?? "—" },
          {
            title: t("queue"),
            key: "queue",
            render: (_, row) => <Clip wide={150}>{[row.line_name, row.queue_name].filter(Boolean).join(" / ")}</Clip>,
          },
          {
            title: t("seconds"),
            dataIndex: "seconds",
            sorter: true,
            width: 90,
            render: (seconds: number) => <span className="numbers">{clock(seconds)}</span>,
          },
          {
            title: t("state"),
            key: "state",
            render: (_, row) => (
              <>
                {row.state === "new" && row.escalated_at ? (
                  <Tag color="red">{t("late")}</Tag>
                ) : (
                  <Tag color={row.state === "new" ? "orange" : row.state === "heard" ? "blue" : "default"}>
                    {t(row.state)}
                  </Tag>
                )}
                <span className="quiet small">
                  {row.state === "done"
                    ? row.result
                    : [
                        row.heard_by_name && t("heardBy", { name: row.heard_by_name }),
                        row.called_at && t("called", { at: dateTime(row.called_at) }),
                      ]
                        .filter(Boolean)
                        .join(" · ")}
                </span>
              </>
            ),
          },
          {
            key: "play",
            width: 90,
            render: (_, row) => (
              <Button
                size="small"
                icon={<PlayCircleOutlined />}
                onClick={() => setOpened(row)}
                data-testid="message-open"
              >
                {t("play")}
              </Button>
            ),
          },
          { key: "acts", width: 170, render: (_, row) => acts(row) },
        ]}
      />
      <Drawer
        open={opened !== null}
        size={620}
        title={opened && `${number(opened)} · ${dateTime(opened.left_at)}`}
        extra={opened && acts(opened)}
        onClose={() => {
          setOpened(null);
          fresh();
        }}
        destroyOnHidden
      >
        {opened && renderPlayer(opened)}
        {opened?.result && (
          <p>
            {t("result")}: {opened.result}{" "}
            <span className="quiet">
              {t("closedBy", { name: opened.closed_by_name ?? "", at: dateTime(opened.closed_at) })}
            </span>
          </p>
        )}
      </Drawer>
      <AskReason
        open={closing !== null}
        title={closing && t("closeTitle", { number: number(closing) })}
        presets={[t("ordered"), t("answeredQuestion"), t("unreachable"), t("nothingSaid")]}
        placeholder={t("result")}
        busy={close.isPending}
        onCancel={() => setClosing(null)}
        onReason={(result) => closing && close.mutate({ id: closing.id, result })}
      />
      <Limits open={limits} onClose={() => setLimits(false)} />
    </PageFrame>
  );
}
