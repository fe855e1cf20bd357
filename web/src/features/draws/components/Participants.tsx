import { QueryTable } from "@/components/QueryTable";
import { SearchBox } from "@/components/SearchBox";
import { useListState } from "@/lib/list-state";
import { useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import type { Draw, Entry } from "@/features/draws/api/draws";
import { messages } from "@/features/draws/messages";

/** Who registered what; numbers are masked. */
export function Participants({ draw }: { draw: Draw }) {
  const t = useText(messages);
  const list = useListState(["q"]);
  return (
    <div className="stack">
      <div className="row">
        <SearchBox list={list} placeholder={t("ticket")} />
      </div>
      <QueryTable<Entry>
        path={`/api/draws/${draw.id}/entries`}
        list={list}
        empty={t("noEntries")}
        {...(draw.state === "open" && { refetchEvery: 10_000 })}
        columns={[
          {
            title: t("ticket"),
            dataIndex: "ticket",
            sorter: true,
            render: (ticket: string) => <b className="numbers">{ticket}</b>,
          },
          {
            title: t("number"),
            dataIndex: "number",
            render: (number: string) => <span className="numbers">{number}</span>,
          },
          { title: t("registered"), dataIndex: "registered_at", sorter: true, render: (at: string) => dateTime(at) },
          ...(draw.list_hash ? [{ title: t("person"), dataIndex: "person" }] : []),
        ]}
      />
    </div>
  );
}
