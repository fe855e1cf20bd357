import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { call, type Page } from "@/api/client";
import { DateRange } from "@/components/DateRange";
import { Clip } from "@/components/Clip";
import { QueryTable } from "@/components/QueryTable";
import { SearchBox } from "@/components/SearchBox";
import { useListState } from "@/lib/list-state";
import { useCan } from "@/lib/session";
import { useText } from "@/lib/text";
import { clock, dateTime } from "@/lib/time";
import { agentsQuery, type Recording } from "@/features/recordings/api/recordings";
import { evidence } from "@/features/recordings/evidence-messages";
import { ExportButton } from "./ExportButton";
import { RecordingDrawer, RecordingTags } from "./RecordingDrawer";

interface Named {
  id: string;
  name: string;
}

/** Recordings that one may hear: found by time, caller, agent, line; several may be taken out at once. */
export function RecordingList() {
  const t = useText(evidence);
  const can = useCan();
  const whole = can("recordings.read");
  const list = useListState(["q", "from", "to", "agent_id", "line_id", "shortest_s", "held", "state"]);
  const [chosen, setChosen] = useState<string[]>([]);
  const [open, setOpen] = useState<string | null>(null);
  const { data: lines } = useQuery({
    queryKey: ["/api/lines"],
    queryFn: () => call<Page<Named>>("GET", "/api/lines"),
    staleTime: 60_000,
  });
  const { data: agents } = useQuery({ ...agentsQuery, enabled: whole });
  const choice = (name: string, placeholder: string, options: { value: string; label: string }[], width = 130) => (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      placeholder={placeholder}
      value={list.value(name)}
      onChange={(value?: string) => list.set({ [name]: value })}
      options={options}
      style={{ width }}
      data-testid={`filter-${name}`}
    />
  );
  return (
    <div className="stack">
      <div className="row wrap">
        <SearchBox list={list} placeholder={t("search")} />
        <DateRange list={list} />
        {whole &&
          choice("agent_id", t("agent"), agents?.items.map(({ id, name }) => ({ value: id, label: name })) ?? [])}
        {choice("line_id", t("line"), lines?.items.map(({ id, name }) => ({ value: id, label: name })) ?? [], 150)}
        {choice(
          "shortest_s",
          t("anyLength"),
          [1, 3, 10].map((n) => ({ value: String(n * 60), label: t("longerThan", { n }) })),
        )}
        {choice("state", t("state"), [
          { value: "kept", label: t("kept") },
          { value: "removed", label: t("removed") },
        ])}
        {can("recordings.hold") && choice("held", t("held"), [{ value: "true", label: t("held") }], 100)}
        <span className="grow" />
        {can("recordings.export") && (
          <ExportButton ids={chosen} label={chosen.length ? t("exportSome", { n: chosen.length }) : t("export")} />
        )}
      </div>
      <QueryTable<Recording>
        path="/api/recordings"
        list={list}
        empty={t("empty")}
        onOpen={({ id }) => setOpen(id)}
        {...(can("recordings.export") && {
          rowSelection: {
            selectedRowKeys: chosen,
            preserveSelectedRowKeys: true,
            onChange: (keys: React.Key[]) => setChosen(keys.map(String)),
          },
        })}
        columns={[
          {
            title: t("at"),
            dataIndex: "starts_at",
            sorter: true,
            width: 150,
            render: (at: string) => <span className="numbers">{dateTime(at)}</span>,
          },
          {
            title: t("length"),
            dataIndex: "seconds",
            sorter: true,
            width: 100,
            render: (seconds: number) => <span className="numbers">{clock(seconds)}</span>,
          },
          {
            title: t("number"),
            dataIndex: "number",
            render: (number: string, row) => (
              <>
                <span className="numbers">{number}</span>
                <div className="quiet small">{row.number_place}</div>
              </>
            ),
          },
          { title: t("agents"), dataIndex: "agents", render: (agents: string[]) => agents.join("、") || "—" },
          {
            title: t("line"),
            key: "line",
            render: (_: unknown, row) => (
              <Clip wide={320}>{[row.line_name, row.hotline_name ?? row.dialled].filter(Boolean).join(" / ")}</Clip>
            ),
          },
          { title: t("state"), key: "state", render: (_: unknown, row) => <RecordingTags recording={row} /> },
        ]}
      />
      <RecordingDrawer id={open} onClose={() => setOpen(null)} />
    </div>
  );
}
