import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Checkbox, InputNumber, Modal, Radio, Spin, Tag } from "antd";
import { useState } from "react";
import { ErrorNotice } from "@/components/ErrorNotice";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";
import { moveAgent, skillsQuery, type HeldSkill, type Move } from "@/features/floor/api/skills";
import { messages } from "@/features/floor/messages";
import styles from "./Floor.module.css";

const USUAL = 5;

/** Gives an agent skills for now, and takes them: which queues the next calls come from. */
export function MoveAgent({ agent, onClose }: { agent: { id: string; name: string }; onClose: () => void }) {
  const t = useText(messages);
  const c = useText(common);
  const client = useQueryClient();
  const { message } = App.useApp();
  const query = skillsQuery(agent.id);
  const { data, error, isPending, refetch } = useQuery(query);
  const [wanted, setWanted] = useState<Record<string, number | null>>({});
  const [until, setUntil] = useState<Move["until"]>("today");
  const of = (skill: HeldSkill) => wanted[skill.skill_id] ?? (skill.skill_id in wanted ? null : skill.level);
  const changes = (data?.skills ?? [])
    .filter((skill) => skill.skill_id in wanted && of(skill) !== skill.level)
    .map((skill) => ({ skill_id: skill.skill_id, level: of(skill) ?? null }));
  const save = useMutation({
    mutationFn: () => moveAgent(agent.id, { changes, until }),
    onSuccess: (now) => {
      client.setQueryData(query.queryKey, now);
      void message.success(t("done", { act: t("move_agent"), name: agent.name }));
      onClose();
    },
    onError: (fault) => void message.error(fault.message),
  });
  const set = (skill: HeldSkill, level: number | null) =>
    setWanted((before) => ({ ...before, [skill.skill_id]: level }));
  return (
    <Modal
      open
      title={t("moveTitle", { name: agent.name })}
      okText={c("save")}
      okButtonProps={{
        disabled: changes.length === 0,
        loading: save.isPending,
        title: changes.length === 0 ? t("moveNothing") : "",
        ...({ "data-testid": "save-move" } as object),
      }}
      onOk={() => save.mutate()}
      onCancel={onClose}
      width={520}
    >
      <p className="quiet small">{t("moveHint")}</p>
      {isPending && <Spin />}
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      <div data-testid="move-agent">
        {(data?.skills ?? []).map((skill) => (
          <div key={skill.skill_id} className="row" style={{ minHeight: 34, gap: 10 }} data-testid="move-skill">
            <Checkbox
              checked={of(skill) !== null}
              disabled={!skill.mine}
              onChange={(event) => set(skill, event.target.checked ? (skill.own ?? USUAL) : null)}
              className={styles.skillName ?? ""}
            >
              {skill.name}{" "}
              <span className="quiet small">
                {!skill.mine ? t("moveNotMine") : skill.queues.length > 0 ? skill.queues.join("、") : t("moveNoQueue")}
              </span>
            </Checkbox>
            {skill.until && <Tag color="blue">{t("moveToldToday")}</Tag>}
            <InputNumber
              size="small"
              min={1}
              max={10}
              value={of(skill)}
              disabled={!skill.mine || of(skill) === null}
              onChange={(level) => level && set(skill, level)}
              style={{ width: 64 }}
            />
          </div>
        ))}
      </div>
      <Radio.Group
        value={until}
        onChange={(event) => setUntil(event.target.value as Move["until"])}
        style={{ marginTop: 14 }}
        options={[
          { value: "today", label: t("moveToday") },
          { value: "changed", label: t("moveChanged") },
        ]}
      />
    </Modal>
  );
}
