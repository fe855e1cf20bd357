import { useQuery } from "@tanstack/react-query";
import { Badge, Form, Select, Tabs, Typography } from "antd";
import type { ReactNode } from "react";
import { useLabel, useText } from "@/lib/text";
import { settingsQuery, type Queue } from "@/features/settings/api/lines";
import { messages } from "@/features/settings/messages";
import { queueMessages } from "@/features/settings/queue-messages";
import { NumberField, RowField, TextField } from "@/features/settings/components/Fields";
import { ExitField } from "./ExitField";
import { Preview } from "./Preview";
import { SpeechFields } from "./SpeechFields";
import { StepList } from "./StepList";

const FIELDS: Record<string, string[]> = {
  basics: ["name", "skill_id", "time_limit_s", "offer_timeout_s", "wrap_up_limit_s", "service_level_s"],
  limits: ["max_waiting", "when_full", "when_unstaffed", "when_timed_out"],
  overflow: ["overflow"],
  announcements: ["announce_first_s", "announce_every_s", "comfort"],
  order: ["priority", "seconds_per_priority", "music"],
};

/** A tab's name, marked when something in it is to be mended. */
function TabName({ of, children }: { of: string; children: ReactNode }) {
  return (
    <Form.Item noStyle shouldUpdate>
      {({ getFieldsError }) => {
        const wrong = getFieldsError().some(
          ({ name, errors }) => errors.length > 0 && FIELDS[of]?.includes(String(name[0])),
        );
        return (
          <Badge dot={wrong} offset={[6, 0]}>
            {children}
          </Badge>
        );
      }}
    </Form.Item>
  );
}

/** Everything of a queue, in tabs. */
export function QueueFields({ editing }: { editing: Queue | null }) {
  const t = useText(messages);
  const q = useText(queueMessages);
  const label = useLabel();
  const own = editing?.id;
  const { data: music } = useQuery(settingsQuery<{ name: string; tunes: number }>("/api/music"));
  const musicWords = {
    default: queueMessages.music_default,
    calm: queueMessages.music_calm,
    lively: queueMessages.music_lively,
  };
  const exit = (name: string, text: ReactNode, optional = false) => (
    <Form.Item
      name={name}
      label={text}
      rules={[
        {
          validator: (_, value: { kind?: string; target?: string | null } | null) =>
            (value?.kind === "overflow" || value?.kind === "flow") && !value.target
              ? Promise.reject(new Error(q(value.kind === "flow" ? "chooseFlow" : "chooseQueue")))
              : Promise.resolve(),
        },
      ]}
    >
      <ExitField own={own} optional={optional} testid={name} />
    </Form.Item>
  );
  return (
    <Tabs
      items={[
        {
          key: "basics",
          label: <TabName of="basics">{q("basics")}</TabName>,
          forceRender: true,
          children: (
            <>
              <TextField name="name" label={t("name")} />
              <RowField
                name="skill_id"
                label={t("skill")}
                path="/api/skills"
                optional={!editing}
                extra={!editing && t("skillHint")}
              />
              <div className="row wrap" style={{ alignItems: "flex-start", gap: 16 }}>
                <NumberField name="time_limit_s" label={t("timeLimit")} min={1} />
                <NumberField name="offer_timeout_s" label={t("offerTimeout")} min={3} max={300} />
                <NumberField name="service_level_s" label={t("serviceLevel")} min={1} />
                <NumberField name="wrap_up_limit_s" label={t("wrapUpLimit")} min={1} optional extra={t("wrapUpHint")} />
                <NumberField name="wrap_up_extension_s" label={t("extension")} min={1} />
                <NumberField name="wrap_up_extensions" label={t("extensions")} min={0} max={20} />
              </div>
            </>
          ),
        },
        {
          key: "limits",
          label: <TabName of="limits">{q("limits")}</TabName>,
          forceRender: true,
          children: (
            <>
              <NumberField
                name="max_waiting"
                label={q("maxWaiting")}
                max={10_000}
                optional
                extra={q("maxWaitingHint")}
              />
              {exit("when_full", q("whenFull"))}
              {exit("when_unstaffed", q("whenUnstaffed"), true)}
              {exit("when_timed_out", q("whenTimedOut"))}
              <Typography.Text type="secondary">{q("limitsHint")}</Typography.Text>
            </>
          ),
        },
        {
          key: "overflow",
          label: <TabName of="overflow">{q("overflow")}</TabName>,
          forceRender: true,
          children: <StepList own={own} />,
        },
        {
          key: "announcements",
          label: <TabName of="announcements">{q("announcements")}</TabName>,
          forceRender: true,
          children: <SpeechFields />,
        },
        {
          key: "order",
          label: <TabName of="order">{q("order")}</TabName>,
          forceRender: true,
          children: (
            <>
              <NumberField name="priority" label={t("priority")} min={-1000} max={1000} />
              <NumberField name="seconds_per_priority" label={q("ageing")} min={1} optional extra={q("ageingHint")} />
              <Form.Item name="music" label={t("music")}>
                <Select
                  style={{ width: 240 }}
                  data-testid="field-music"
                  options={(music?.items ?? []).map(({ name, tunes }) => ({
                    value: name,
                    label: `${label(musicWords, name)} · ${q("tunes", { count: tunes })}`,
                  }))}
                />
              </Form.Item>
            </>
          ),
        },
        { key: "preview", label: q("preview"), forceRender: true, children: <Preview /> },
      ]}
    />
  );
}
