import { useQuery } from "@tanstack/react-query";
import { Select, Tag } from "antd";
import type { ReactNode } from "react";
import { useSearchParams } from "react-router";
import { Clip } from "@/components/Clip";
import { DateRange } from "@/components/DateRange";
import { PageFrame } from "@/components/PageFrame";
import { QueryTable } from "@/components/QueryTable";
import { SearchBox } from "@/components/SearchBox";
import { useListState } from "@/lib/list-state";
import { outcomeColours, outcomeWords } from "@/lib/outcomes";
import { useCan } from "@/lib/session";
import { useLabel, usePick, useText } from "@/lib/text";
import { clock, dateTime } from "@/lib/time";
import { dispositionsQuery, type Contact } from "@/features/contacts/api/contacts";
import { messages } from "@/features/contacts/messages";
import { ContactDrawer } from "./ContactDrawer";

/** Columns that every list of calls shows; the agent's only where there may be another than oneself. */
export function useContactColumns({ own = false }: { own?: boolean } = {}) {
  const t = useText(messages);
  const label = useLabel();
  const pick = usePick();
  const { data: dispositions } = useQuery(dispositionsQuery);
  const seconds = (value: number | null) => <span className="numbers">{value === null ? "—" : clock(value)}</span>;
  return [
    {
      title: t("at"),
      dataIndex: "started_at",
      sorter: true,
      width: 140,
      render: (at: string) => <span className="numbers">{dateTime(at)}</span>,
    },
    {
      title: t("number"),
      dataIndex: "number",
      render: (number: string, row: Contact) => (
        <>
          <span className="numbers">{number}</span>
          {row.direction === "outbound" && (
            <Tag color="geekblue" style={{ marginInlineStart: 6 }}>
              {t("out")}
            </Tag>
          )}
          <div className="quiet small">{row.number_place}</div>
        </>
      ),
    },
    {
      title: t("customer"),
      dataIndex: "customer_name",
      render: (name: string | null, row: Contact) => (
        <>
          {name ?? "—"} {row.vip && <Tag color="gold">VIP</Tag>}
        </>
      ),
    },
    {
      title: t("line"),
      key: "line",
      render: (_: unknown, row: Contact) => (
        <Clip>{[row.line_name, row.queue_name].filter(Boolean).join(" / ") || row.dialled}</Clip>
      ),
    },
    ...(own ? [] : [{ title: t("agent"), dataIndex: "agent_name", render: (name: string | null) => name ?? "—" }]),
    {
      title: t("outcome"),
      dataIndex: "outcome",
      render: (outcome: string | null, row: Contact) => (
        <>
          <Tag color={outcome ? (outcomeColours[outcome] ?? "default") : "processing"}>
            {outcome ? label(outcomeWords, outcome) : t("now")}
          </Tag>
          {(row.quality === "poor" || row.quality === "silent") && (
            <Tag color={row.quality === "silent" ? "red" : "orange"}>
              {t(row.quality === "silent" ? "sounds_silent" : "sounds_poor")}
            </Tag>
          )}
        </>
      ),
    },
    { title: t("waited"), dataIndex: "waited_s", sorter: true, render: seconds },
    { title: t("talked"), dataIndex: "talked_s", sorter: true, render: seconds },
    {
      title: t("disposition"),
      dataIndex: "disposition",
      render: (code: string | null) => (
        <Clip wide={200}>
          {code
            ? pick(
                dispositions?.items.find((one) => one.code === code),
                code,
              )
            : "—"}
        </Clip>
      ),
    },
  ];
}

/** Call history. */
export function ContactList({ renderRecording }: { renderRecording: (contactId: string) => ReactNode }) {
  const t = useText(messages);
  const label = useLabel();
  const list = useListState(["q", "outcome", "from", "to", "customer_id"]);
  const can = useCan();
  const columns = useContactColumns({ own: !can("contacts.read") });
  // a link from elsewhere may name the call to show
  const [search, setSearch] = useSearchParams();
  const open = search.get("open");
  const setOpen = (id: string | null) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (id) next.set("open", id);
        else next.delete("open");
        return next;
      },
      { replace: true },
    );
  return (
    <PageFrame
      title={t("title")}
      testid="contacts"
      filters={
        <>
          <SearchBox list={list} placeholder={t("search")} width={250} />
          <Select
            allowClear
            placeholder={t("outcome")}
            value={list.value("outcome")}
            onChange={(outcome?: string) => list.set({ outcome })}
            options={Object.keys(outcomeWords).map((value) => ({ value, label: label(outcomeWords, value) }))}
            style={{ width: 130 }}
          />
          <DateRange list={list} />
        </>
      }
    >
      <QueryTable<Contact>
        path="/api/contacts"
        list={list}
        columns={columns}
        onOpen={({ id }) => setOpen(id)}
        empty={t("empty")}
      />
      <ContactDrawer id={open} onClose={() => setOpen(null)} renderRecording={renderRecording} />
    </PageFrame>
  );
}
