import { Form, Select, Switch, Tag } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useLabel, usePick, useText } from "@/lib/text";
import { settingsQuery, type Hotline, type Line, type Prompt, type Skill } from "@/features/settings/api/lines";
import { messages, promptWords } from "@/features/settings/messages";
import { RowField, TextField, useNames } from "./Fields";
import { HoursField } from "./HoursField";
import { SettingTable } from "./SettingTable";

const nameOf = (row: { name: string }) => row.name;

export function Skills() {
  const t = useText(messages);
  return (
    <SettingTable<Skill>
      path="/api/skills"
      testid="skills"
      addLabel={t("addSkillRow")}
      nameOf={nameOf}
      columns={[{ title: t("name"), dataIndex: "name" }]}
      toBody={({ name }) => ({ name })}
      fields={() => <TextField name="name" label={t("name")} />}
    />
  );
}

export function Lines() {
  const t = useText(messages);
  const project = useNames("/api/projects");
  const skill = useNames("/api/skills");
  return (
    <SettingTable<Line>
      path="/api/lines"
      testid="lines"
      addLabel={t("addLine")}
      nameOf={nameOf}
      columns={[
        { title: t("name"), dataIndex: "name", render: (name: string) => <b>{name}</b> },
        { title: t("project"), dataIndex: "project_id", render: project },
        {
          title: t("vipSkill"),
          dataIndex: "vip_skill_id",
          render: (id: string | null) => (id ? skill(id) : <span className="quiet">{t("noVip")}</span>),
        },
        {
          title: t("callerId"),
          dataIndex: "outbound_caller_id",
          render: (number: string | null) => number ?? <span className="quiet">{t("callerIdOwn")}</span>,
        },
      ]}
      toBody={({ name, project_id, vip_skill_id, outbound_caller_id }) => ({
        name,
        project_id,
        vip_skill_id: vip_skill_id ?? null,
        outbound_caller_id: outbound_caller_id || null,
      })}
      fields={() => (
        <>
          <TextField name="name" label={t("name")} />
          <RowField name="project_id" label={t("project")} path="/api/projects" />
          <RowField name="vip_skill_id" label={t("vipSkill")} path="/api/skills" optional none={t("noVip")} />
          <TextField name="outbound_caller_id" label={t("callerId")} extra={t("callerIdHint")} optional />
        </>
      )}
    />
  );
}

export function Hotlines() {
  const t = useText(messages);
  const pick = usePick();
  const label = useLabel();
  const line = useNames("/api/lines");
  const queue = useNames("/api/queues");
  const { data: prompts } = useQuery(settingsQuery<Prompt>("/api/prompts"));
  return (
    <SettingTable<Hotline>
      path="/api/hotlines"
      testid="hotlines"
      addLabel={t("addHotline")}
      nameOf={nameOf}
      initial={{ answer_before_waiting: true, active: true, hours: null }}
      columns={[
        { title: t("number"), dataIndex: "number", render: (number: string) => <b className="numbers">{number}</b> },
        { title: t("name"), dataIndex: "name" },
        { title: t("line"), dataIndex: "line_id", render: line },
        { title: t("queue"), dataIndex: "queue_id", render: queue },
        {
          title: t("hours"),
          key: "hours",
          render: (_, row) => (
            <>
              {t(row.hours ? "weekly" : "always")}{" "}
              <Tag color={row.open_now ? "green" : "default"}>{t(row.open_now ? "open" : "closed")}</Tag>
            </>
          ),
        },
        {
          title: t("active"),
          dataIndex: "active",
          render: (active: boolean) => (
            <Tag color={active ? "green" : "default"}>{t(active ? "active" : "inactive")}</Tag>
          ),
        },
      ]}
      toBody={(values) => ({ ...values, greeting: values["greeting"] ?? null, hours: values["hours"] ?? null })}
      fields={() => (
        <>
          <TextField name="number" label={t("number")} />
          <TextField name="name" label={t("name")} />
          <RowField name="line_id" label={t("line")} path="/api/lines" />
          <RowField name="queue_id" label={t("queue")} path="/api/queues" />
          <Form.Item name="greeting" label={t("greeting")}>
            <Select
              allowClear
              placeholder={t("noGreeting")}
              options={(prompts?.items ?? []).map((prompt) => ({
                value: prompt.key,
                label: `${label(promptWords, prompt.key)} · ${pick(prompt)}`,
              }))}
            />
          </Form.Item>
          <Form.Item name="hours" label={t("hours")}>
            <HoursField />
          </Form.Item>
          <Form.Item
            name="answer_before_waiting"
            label={t("answerFirst")}
            extra={t("answerFirstHint")}
            valuePropName="checked"
          >
            <Switch />
          </Form.Item>
          <Form.Item name="active" label={t("active")} valuePropName="checked">
            <Switch />
          </Form.Item>
        </>
      )}
    />
  );
}
