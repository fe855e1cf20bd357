import { Button } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { PageFrame } from "@/components/PageFrame";
import { QueryTable } from "@/components/QueryTable";
import { SearchBox } from "@/components/SearchBox";
import { useListState } from "@/lib/list-state";
import { useCan } from "@/lib/session";
import { useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import type { Draw } from "@/features/draws/api/draws";
import { messages } from "@/features/draws/messages";
import { DrawForm } from "./DrawForm";
import { DrawState } from "./DrawState";

/** All prize draws. */
export function DrawList() {
  const t = useText(messages);
  const can = useCan();
  const navigate = useNavigate();
  const list = useListState(["q"]);
  const [making, setMaking] = useState(false);
  return (
    <PageFrame
      title={t("title")}
      testid="draws"
      filters={<SearchBox list={list} placeholder={t("search")} />}
      actions={
        can("draws.manage") && (
          <Button type="primary" onClick={() => setMaking(true)} data-testid="add-draw">
            {t("add")}
          </Button>
        )
      }
    >
      <QueryTable<Draw>
        path="/api/draws"
        list={list}
        empty={t("empty")}
        onOpen={(row) => void navigate(`/draws/${row.id}`)}
        columns={[
          { title: t("name"), dataIndex: "name", sorter: true, render: (name: string) => <b>{name}</b> },
          { title: t("state"), key: "state", render: (_, row) => <DrawState draw={row} /> },
          {
            title: t("period"),
            dataIndex: "opens_at",
            sorter: true,
            render: (_, row) => (
              <span className="numbers">
                {dateTime(row.opens_at)} – {dateTime(row.closes_at)}
              </span>
            ),
          },
          { title: t("hotline"), dataIndex: "hotline_number", render: (number: string | null) => number ?? "—" },
          { title: t("entries"), dataIndex: "entries", align: "right" },
          { title: t("people"), dataIndex: "people", align: "right" },
          {
            title: t("prizes"),
            key: "prizes",
            render: (_, row) => row.prizes.map((prize) => `${prize.name} ×${prize.count ?? 1}`).join(" · "),
          },
        ]}
      />
      {making && (
        <DrawForm draw={null} onClose={() => setMaking(false)} onSaved={(draw) => void navigate(`/draws/${draw.id}`)} />
      )}
    </PageFrame>
  );
}
