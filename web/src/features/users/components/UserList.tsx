import { Button, Select, Tag } from "antd";
import { useState } from "react";
import { PageFrame } from "@/components/PageFrame";
import { QueryTable } from "@/components/QueryTable";
import { SearchBox } from "@/components/SearchBox";
import { useListState } from "@/lib/list-state";
import { roleWords } from "@/lib/role-words";
import { useCan } from "@/lib/session";
import { useLabel, useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import type { User } from "@/features/users/api/users";
import { messages } from "@/features/users/messages";
import { UserForm } from "./UserForm";

/** Everybody of the tenant with their roles. */
export function UserList() {
  const t = useText(messages);
  const label = useLabel();
  const can = useCan();
  const list = useListState(["q", "role"]);
  const [open, setOpen] = useState<User | "new" | null>(null);
  const manage = can("users.manage");
  return (
    <PageFrame
      title={t("title")}
      testid="users"
      filters={
        <>
          <SearchBox list={list} placeholder={t("search")} width={280} />
          <Select
            allowClear
            placeholder={t("allRoles")}
            value={list.value("role")}
            onChange={(role?: string) => list.set({ role })}
            options={Object.keys(roleWords).map((role) => ({ value: role, label: label(roleWords, role) }))}
            style={{ width: 140 }}
          />
        </>
      }
      actions={
        manage && (
          <Button type="primary" onClick={() => setOpen("new")} data-testid="add-user">
            {t("add")}
          </Button>
        )
      }
    >
      <QueryTable<User>
        path="/api/users"
        list={list}
        {...(manage && { onOpen: setOpen })}
        columns={[
          { title: t("number"), dataIndex: "number", sorter: true, width: 130 },
          { title: t("name"), dataIndex: "name", sorter: true, render: (name: string) => <b>{name}</b> },
          { title: t("login"), dataIndex: "login", sorter: true },
          {
            title: t("roles"),
            dataIndex: "roles",
            render: (roles: string[]) => roles.map((role) => <Tag key={role}>{label(roleWords, role)}</Tag>),
          },
          {
            title: t("status"),
            dataIndex: "active",
            render: (active: boolean) => <Tag color={active ? "green" : "red"}>{t(active ? "active" : "locked")}</Tag>,
          },
          {
            title: t("telephone"),
            dataIndex: "telephone",
            render: (telephone: string, user) =>
              user.works_from_home && telephone ? <span className="numbers">{telephone}</span> : null,
          },
          {
            title: t("totp"),
            dataIndex: "totp_enabled",
            render: (on: boolean) => <span className="quiet">{t(on ? "on" : "off")}</span>,
          },
          {
            title: t("since"),
            dataIndex: "created_at",
            sorter: true,
            render: (at: string) => <span className="numbers">{dateTime(at)}</span>,
          },
        ]}
      />
      {open && (
        <UserForm
          key={open === "new" ? "new" : open.id}
          user={open === "new" ? null : open}
          onClose={() => setOpen(null)}
        />
      )}
    </PageFrame>
  );
}
