import { Tag } from "antd";
import { useText } from "@/lib/text";
import type { Queue } from "@/features/settings/api/lines";
import { messages } from "@/features/settings/messages";
import { queueMessages } from "@/features/settings/queue-messages";
import { useNames } from "@/features/settings/components/Fields";
import { SettingTable } from "@/features/settings/components/SettingTable";
import { QueueFields } from "./QueueFields";

const MESSAGE = { kind: "message", target: null };
const NEW = {
  priority: 0,
  time_limit_s: 120,
  offer_timeout_s: 15,
  wrap_up_limit_s: 60,
  wrap_up_extension_s: 60,
  wrap_up_extensions: 2,
  service_level_s: 20,
  music: "default",
  max_waiting: null,
  when_full: MESSAGE,
  when_unstaffed: null,
  when_timed_out: MESSAGE,
  overflow: [],
  comfort: [],
  announce_first_s: 20,
  announce_every_s: 60,
};
const OPTIONAL = ["skill_id", "wrap_up_limit_s", "max_waiting", "when_unstaffed", "seconds_per_priority"];
const SAID = ["say_position", "say_wait", "offer_callback"];

/** An empty field is null, not absent; times of announcements count only where something is announced. */
function toBody(values: Record<string, unknown>): object {
  const says = SAID.some((name) => values[name]);
  const rows = (name: string, optional: string) =>
    ((values[name] ?? []) as Record<string, unknown>[]).map((row) => ({ ...row, [optional]: row[optional] ?? null }));
  return {
    ...values,
    ...Object.fromEntries(OPTIONAL.map((name) => [name, values[name] ?? null])),
    ...Object.fromEntries(SAID.map((name) => [name, Boolean(values[name])])),
    when_full: values["when_full"] ?? MESSAGE,
    when_timed_out: values["when_timed_out"] ?? MESSAGE,
    announce_first_s: says ? (values["announce_first_s"] ?? 20) : null,
    announce_every_s: says ? (values["announce_every_s"] ?? null) : null,
    overflow: rows("overflow", "waiting_more_than"),
    comfort: rows("comfort", "every_s"),
  };
}

function toForm(queue: Queue): Record<string, unknown> {
  const never = queue.announce_first_s === null;
  return { ...queue, ...(never ? { announce_first_s: 20, announce_every_s: 60 } : {}) };
}

/** The queues, and what callers meet in each. */
export function Queues() {
  const t = useText(messages);
  const q = useText(queueMessages);
  const skill = useNames("/api/skills");
  const seconds = (value: number | null) => <span className="numbers">{value ?? "∞"}</span>;
  return (
    <SettingTable<Queue>
      path="/api/queues"
      testid="queues"
      addLabel={t("addQueue")}
      nameOf={(row) => row.name}
      width={760}
      initial={NEW}
      toForm={toForm}
      toBody={toBody}
      columns={[
        { title: t("name"), dataIndex: "name", render: (name: string) => <b>{name}</b> },
        { title: t("skill"), dataIndex: "skill_id", render: skill },
        { title: t("priority"), dataIndex: "priority" },
        { title: t("timeLimit"), dataIndex: "time_limit_s", render: seconds },
        { title: t("offerTimeout"), dataIndex: "offer_timeout_s", render: seconds },
        { title: t("wrapUpLimit"), dataIndex: "wrap_up_limit_s", render: seconds },
        { title: t("serviceLevel"), dataIndex: "service_level_s", render: seconds },
        {
          title: q("treatment"),
          key: "treatment",
          render: (_, queue) => {
            const tags = [
              queue.max_waiting !== null && q("tag_limit", { count: queue.max_waiting }),
              queue.overflow.length > 0 && q("tag_steps", { count: queue.overflow.length }),
              queue.announce_first_s !== null && q("tag_status"),
              queue.comfort.length > 0 && q("tag_comfort", { count: queue.comfort.length }),
              queue.offer_callback && q("tag_callback"),
            ].filter(Boolean);
            return tags.length ? (
              tags.map((tag) => <Tag key={String(tag)}>{tag}</Tag>)
            ) : (
              <span className="quiet">{q("plain")}</span>
            );
          },
        },
      ]}
      fields={(editing) => <QueueFields editing={editing} />}
    />
  );
}
