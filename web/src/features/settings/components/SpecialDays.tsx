import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Empty, Popconfirm, Select, Table, Tag } from "antd";
import { DeleteOutlined } from "@ant-design/icons";
import dayjs from "dayjs";
import { useState } from "react";
import { ErrorNotice } from "@/components/ErrorNotice";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";
import { local } from "@/lib/time";
import { settingsQuery, type Hotline } from "@/features/settings/api/lines";
import { removeSpecialDay, specialDaysQuery, type SpecialDay } from "@/features/settings/api/special-days";
import { messages } from "@/features/settings/messages";
import { specialMessages } from "@/features/settings/special-messages";
import { DAYS, longDays } from "@/features/settings/weekdays";
import { SpecialDayForm } from "./SpecialDayForm";

const ALL = "all";
/** Monday is 0 with the server, Sunday with the calendar. */
const weekdayOf = (day: string) => DAYS[(dayjs(day).day() + 6) % 7] ?? "mon";

/** Holidays and make-up workdays, a year at a time: of all hotlines, or of one. */
export function SpecialDays() {
  const t = useText(specialMessages);
  const s = useText(messages);
  const c = useText(common);
  const weekday = useText(longDays);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [open, setOpen] = useState<SpecialDay | "new" | null>(null);
  const [year, setYear] = useState(() => local().format("YYYY"));
  const [scope, setScope] = useState<string>();
  const { data, error, isPending, refetch } = useQuery(specialDaysQuery);
  const { data: hotlines } = useQuery(settingsQuery<Hotline>("/api/hotlines"));
  const fresh = () => {
    void client.invalidateQueries({ queryKey: ["settings"] });
    void message.success(s("saved"));
  };
  const remove = useMutation({
    mutationFn: removeSpecialDay,
    onSuccess: fresh,
    onError: (fault) => void message.error(fault.message),
  });
  const days = data?.items ?? [];
  const thisYear = Number(local().format("YYYY"));
  const years = [...new Set([...days.map(({ day }) => day.slice(0, 4)), String(thisYear), String(thisYear + 1), year])];
  const shown = days.filter(
    (row) => row.day.startsWith(year) && (scope === undefined || (row.hotline_id ?? ALL) === scope),
  );
  const hotline = (id: string | null | undefined) => {
    const found = hotlines?.items.find((row) => row.id === id);
    return found ? `${found.name} ${found.number}` : "…";
  };
  return (
    <div className="stack" data-testid="special-days-table">
      <div className="row wrap">
        <Button type="primary" onClick={() => setOpen("new")} data-testid="special-days-add">
          {t("add")}
        </Button>
        <Select
          value={year}
          onChange={setYear}
          options={years.sort().map((value) => ({ value, label: t("year", { year: value }) }))}
          style={{ width: 110 }}
        />
        <Select
          allowClear
          placeholder={t("scope")}
          {...(scope !== undefined && { value: scope })}
          onChange={(value?: string) => setScope(value)}
          options={[
            { value: ALL, label: t("everyHotline") },
            ...(hotlines?.items ?? []).map((row) => ({ value: row.id, label: hotline(row.id) })),
          ]}
          style={{ width: 240 }}
        />
      </div>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      <Table<SpecialDay>
        size="middle"
        className="panel"
        loading={isPending}
        dataSource={shown}
        rowKey={(row) => `${row.day} ${row.hotline_id ?? ALL}`}
        pagination={false}
        scroll={{ x: "max-content" }}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("none")} /> }}
        onRow={(row) =>
          ({
            onClick: () => setOpen(row),
            style: { cursor: "pointer" },
            "data-testid": "row",
          }) as React.HTMLAttributes<HTMLElement>
        }
        columns={[
          {
            title: t("day"),
            dataIndex: "day",
            render: (day: string) => (
              <>
                <b className="numbers">{day}</b> <span className="quiet">{weekday(weekdayOf(day))}</span>
              </>
            ),
          },
          { title: t("name"), dataIndex: "name", render: (name: string) => name || "—" },
          {
            title: t("kind"),
            dataIndex: "kind",
            render: (kind: SpecialDay["kind"]) => <Tag color={kind === "holiday" ? "red" : "blue"}>{t(kind)}</Tag>,
          },
          {
            title: t("hours"),
            key: "hours",
            render: (_, row) =>
              row.kind === "make_up"
                ? t("like", { day: weekday(DAYS[row.like_weekday] ?? "mon") })
                : row.spans.length
                  ? row.spans.map((span) => span.join("–")).join("，")
                  : t("closed"),
          },
          {
            title: t("scope"),
            dataIndex: "hotline_id",
            render: (id: string | null) => (id ? hotline(id) : <span className="quiet">{t("everyHotline")}</span>),
          },
          {
            key: "remove",
            width: 48,
            render: (_, row) => (
              <span onClick={(event) => event.stopPropagation()}>
                <Popconfirm title={t("removeSure", { day: row.day })} onConfirm={() => remove.mutate(row)}>
                  <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={c("remove")} />
                </Popconfirm>
              </span>
            ),
          },
        ]}
      />
      {open && (
        <SpecialDayForm
          editing={open === "new" ? null : open}
          onClose={() => setOpen(null)}
          onSaved={(saved) => {
            setOpen(null);
            if (saved[0]) setYear(saved[0].day.slice(0, 4));
            fresh();
          }}
        />
      )}
    </div>
  );
}
