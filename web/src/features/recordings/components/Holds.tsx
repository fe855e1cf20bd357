import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Segmented, Tag } from "antd";
import { useState } from "react";
import { AskReason } from "@/components/AskReason";
import { QueryTable } from "@/components/QueryTable";
import { useListState } from "@/lib/list-state";
import { useText } from "@/lib/text";
import { clock, dateTime } from "@/lib/time";
import { liftHold, type Hold } from "@/features/recordings/api/recordings";
import { holdMessages } from "@/features/recordings/evidence-messages";
import { RecordingDrawer } from "./RecordingDrawer";

/** What must not be removed: by whom, why, until when. */
export function Holds() {
  const t = useText(holdMessages);
  const client = useQueryClient();
  const { message } = App.useApp();
  const list = useListState(["standing"]);
  const [lifting, setLifting] = useState<string | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const lift = useMutation({
    mutationFn: (why: string) => liftHold(lifting ?? "", why),
    onSuccess: () => {
      setLifting(null);
      void client.invalidateQueries({ queryKey: ["/api/recordings/holds"] });
    },
    onError: (error) => void message.error(error.message),
  });
  return (
    <div className="stack">
      <div className="row">
        <Segmented
          value={list.value("standing") ?? "true"}
          onChange={(standing) => list.set({ standing })}
          options={[
            { value: "true", label: t("standing") },
            { value: "false", label: t("all") },
          ]}
        />
      </div>
      <QueryTable<Hold>
        path="/api/recordings/holds"
        list={list}
        empty={t("empty")}
        onOpen={({ recording_id }) => setOpen(recording_id)}
        testid="holds"
        columns={[
          {
            title: t("recordingAt"),
            dataIndex: "starts_at",
            width: 190,
            render: (at: string, row) => (
              <span className="numbers">
                {dateTime(at)} <span className="quiet small">{clock(row.seconds)}</span>
              </span>
            ),
          },
          { title: t("why"), dataIndex: "why" },
          {
            title: t("placed"),
            dataIndex: "placed_at",
            sorter: true,
            width: 220,
            render: (at: string, row) => (
              <>
                <span className="numbers">{dateTime(at)}</span> {row.placed_by_name}
              </>
            ),
          },
          {
            title: t("until"),
            dataIndex: "until",
            width: 150,
            render: (until: string | null) =>
              until ? (
                <span className="numbers">{dateTime(until)}</span>
              ) : (
                <span className="quiet">{t("untilLifted")}</span>
              ),
          },
          {
            key: "lift",
            title: "",
            width: 220,
            render: (_: unknown, row) =>
              row.stands ? (
                <Button
                  size="small"
                  onClick={(event) => {
                    event.stopPropagation();
                    setLifting(row.id);
                  }}
                  data-testid="lift-hold"
                >
                  {t("lift")}
                </Button>
              ) : (
                <>
                  <Tag>{t(row.lifted_at ? "lifted" : "ended")}</Tag>
                  <span className="quiet small">{[row.lifted_by_name, row.lifted_why].filter(Boolean).join("：")}</span>
                </>
              ),
          },
        ]}
      />
      <AskReason
        open={lifting !== null}
        title={t("liftTitle")}
        placeholder={t("liftHint")}
        busy={lift.isPending}
        onCancel={() => setLifting(null)}
        onReason={(why) => lift.mutate(why)}
      />
      <RecordingDrawer id={open} onClose={() => setOpen(null)} />
    </div>
  );
}
