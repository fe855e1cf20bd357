import { PhoneOutlined } from "@ant-design/icons";
import { Segmented, Select, Tag } from "antd";
import { useState, type ReactNode } from "react";
import { CallButton } from "@/components/CallButton";
import { DateRange } from "@/components/DateRange";
import { PageFrame } from "@/components/PageFrame";
import { QueryTable } from "@/components/QueryTable";
import { SearchBox } from "@/components/SearchBox";
import type { Contact } from "@/features/contacts/api/contacts";
import { messages } from "@/features/contacts/messages";
import { useListState } from "@/lib/list-state";
import { outcomeWords } from "@/lib/outcomes";
import { useLabel, useText } from "@/lib/text";
import { ContactDrawer } from "./ContactDrawer";
import { useContactColumns } from "./ContactList";

/** Which way a call went. */
export function DirectionTag({ direction }: { direction: string }) {
  const t = useText(messages);
  const out = direction === "outbound";
  return (
    <Tag color={out ? "geekblue" : "default"} icon={<PhoneOutlined rotate={out ? 0 : 90} />}>
      {t(out ? "out" : "in")}
    </Tag>
  );
}

/** The agent's own calls, today's and earlier ones, in and out. */
export function MyCalls({ renderRecording }: { renderRecording: (contactId: string) => ReactNode }) {
  const t = useText(messages);
  const label = useLabel();
  const list = useListState(["q", "direction", "outcome", "from", "to"]);
  const [open, setOpen] = useState<string | null>(null);
  const columns = useContactColumns({ own: true });
  return (
    <PageFrame
      title={t("myCalls")}
      testid="my-calls"
      filters={
        <>
          <Segmented
            value={list.value("direction") ?? ""}
            onChange={(direction) => list.set({ direction: direction || undefined })}
            options={[
              { value: "", label: t("both") },
              { value: "inbound", label: t("in") },
              { value: "outbound", label: t("out") },
            ]}
          />
          <SearchBox list={list} placeholder={t("search")} width={220} />
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
        path="/api/my-calls"
        list={list}
        refetchEvery={15_000}
        columns={[
          {
            title: t("direction"),
            dataIndex: "direction",
            width: 90,
            render: (direction: string) => <DirectionTag direction={direction} />,
          },
          ...columns,
          {
            key: "call",
            width: 110,
            render: (_: unknown, row: Contact) => <CallButton target={{ contact: row.id }} label={t("callBack")} />,
          },
        ]}
        onOpen={({ id }) => setOpen(id)}
        empty={t("noCalls")}
      />
      <ContactDrawer id={open} onClose={() => setOpen(null)} renderRecording={renderRecording} />
    </PageFrame>
  );
}
