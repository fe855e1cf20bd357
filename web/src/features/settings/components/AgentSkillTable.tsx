import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, InputNumber, Select, Table, Tag } from "antd";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useText } from "@/lib/text";
import { putSkills, settingsQuery, type AgentSkills, type Skill } from "@/features/settings/api/lines";
import { messages } from "@/features/settings/messages";

interface Agent {
  id: string;
  name: string;
  number: string;
}

/** Which agent answers what, and how well (1 to 10). */
export function AgentSkillTable() {
  const t = useText(messages);
  const client = useQueryClient();
  const { message } = App.useApp();
  const agents = useQuery(settingsQuery<Agent>("/api/users?role=agent"));
  const levels = useQuery(settingsQuery<AgentSkills>("/api/agents/skills"));
  const skills = useQuery(settingsQuery<Skill>("/api/skills"));
  const mutation = useMutation({
    mutationFn: ({ agent, next }: { agent: string; next: AgentSkills["skills"] }) => putSkills(agent, next),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["settings", "/api/agents/skills"] }),
    onError: (error) => void message.error(error.message),
  });
  const of = (agent: string) => levels.data?.items.find((one) => one.agent_id === agent)?.skills ?? [];
  const nameOf = (id: string) => skills.data?.items.find((skill) => skill.id === id)?.name ?? "…";
  return (
    <>
      <ErrorNotice
        error={agents.error ?? levels.error}
        onRetry={() => void Promise.all([agents.refetch(), levels.refetch()])}
      />
      <Table<Agent>
        size="middle"
        className="panel"
        rowKey="id"
        loading={agents.isPending || levels.isPending}
        dataSource={agents.data?.items ?? []}
        pagination={{ pageSize: 50, hideOnSinglePage: true }}
        columns={[
          { title: t("number"), dataIndex: "number", width: 100 },
          { title: t("name"), dataIndex: "name", width: 140, render: (name: string) => <b>{name}</b> },
          {
            title: `${t("skills")} · ${t("level")}`,
            key: "skills",
            render: (_, agent) => {
              const held = of(agent.id);
              const free = (skills.data?.items ?? []).filter((skill) => !held.some((one) => one.skill_id === skill.id));
              return (
                <div className="row wrap">
                  {held.map((one) => (
                    <Tag
                      key={one.skill_id}
                      closable
                      onClose={(event) => {
                        event.preventDefault();
                        mutation.mutate({
                          agent: agent.id,
                          next: held.filter(({ skill_id }) => skill_id !== one.skill_id),
                        });
                      }}
                    >
                      {nameOf(one.skill_id)}{" "}
                      <InputNumber
                        size="small"
                        variant="borderless"
                        min={1}
                        max={10}
                        value={one.level ?? 5}
                        style={{ width: 48 }}
                        onChange={(level) =>
                          level &&
                          mutation.mutate({
                            agent: agent.id,
                            next: held.map((other) => (other === one ? { ...other, level } : other)),
                          })
                        }
                      />
                    </Tag>
                  ))}
                  {free.length > 0 && (
                    <Select
                      size="small"
                      variant="borderless"
                      placeholder={`+ ${t("addSkill")}`}
                      value={null}
                      style={{ width: 120 }}
                      options={free.map((skill) => ({ value: skill.id, label: skill.name }))}
                      onSelect={(skill_id: string | null) =>
                        skill_id && mutation.mutate({ agent: agent.id, next: [...held, { skill_id, level: 5 }] })
                      }
                    />
                  )}
                </div>
              );
            },
          },
        ]}
      />
    </>
  );
}
