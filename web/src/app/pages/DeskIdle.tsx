import { Alert, Button } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { answer, api } from "@/api/client";
import { messages } from "@/app/pages/messages";
import { renderRecording } from "@/app/pages/recording";
import { QueryTable } from "@/components/QueryTable";
import type { Contact } from "@/features/contacts/api/contacts";
import { ContactDrawer } from "@/features/contacts/components/ContactDrawer";
import { useContactColumns } from "@/features/contacts/components/ContactList";
import { useListState } from "@/lib/list-state";
import { useMe } from "@/lib/session";
import { useText } from "@/lib/text";

/** Between calls: what came back to mend, and the agent's own latest calls. */
export function DeskIdle() {
  const t = useText(messages);
  const me = useMe();
  const list = useListState([]);
  const columns = useContactColumns({ own: true });
  const [open, setOpen] = useState<string | null>(null);
  const { data: returned } = useQuery({
    queryKey: ["/api/orders", "returned", me.user_id],
    queryFn: () =>
      answer(
        api.GET("/api/orders", {
          params: { query: { state: ["returned_to_agent"], agent_id: me.user_id, page_size: 1 } },
        }),
      ),
    refetchInterval: 30_000,
  });
  return (
    <>
      {!!returned?.total && (
        <Alert
          type="warning"
          showIcon
          title={t("returned", { n: returned.total })}
          action={
            <Link to="/returned">
              <Button size="small" type="primary">
                {t("mend")}
              </Button>
            </Link>
          }
          data-testid="returned-hint"
        />
      )}
      <h3 style={{ margin: "4px 0 0" }}>{t("myCalls")}</h3>
      <QueryTable<Contact>
        path="/api/contacts"
        list={list}
        fixed={{ agent_id: me.user_id }}
        columns={columns}
        onOpen={({ id }) => setOpen(id)}
        empty={t("noCalls")}
      />
      <ContactDrawer id={open} onClose={() => setOpen(null)} renderRecording={renderRecording} />
    </>
  );
}
