import { Tabs } from "antd";
import { useSearchParams } from "react-router";
import { PageFrame } from "@/components/PageFrame";
import { useText } from "@/lib/text";
import { messages } from "@/features/settings/messages";
import { AgentSkillTable } from "./AgentSkillTable";
import { CallbackPlans } from "./CallbackPlans";
import { DialLimits } from "./DialLimits";
import { Hotlines, Lines, Skills } from "./LineTables";
import { Prompts } from "./Prompts";
import { Queues } from "./queues/Queues";
import { RulesForm } from "./RulesForm";
import { SpecialDays } from "./SpecialDays";
import { WordTables } from "./WordTables";

/** Everything that shapes how calls come in. */
export function LineSettings() {
  const t = useText(messages);
  const [search, setSearch] = useSearchParams();
  return (
    <PageFrame title={t("title")} testid="line-settings">
      <Tabs
        activeKey={search.get("tab") ?? "hotlines"}
        onChange={(tab) => setSearch({ tab }, { replace: true })}
        destroyOnHidden
        items={[
          { key: "hotlines", label: t("hotlines"), children: <Hotlines /> },
          { key: "lines", label: t("lines"), children: <Lines /> },
          { key: "queues", label: t("queues"), children: <Queues /> },
          { key: "skills", label: t("skills"), children: <Skills /> },
          { key: "special-days", label: t("specialDays"), children: <SpecialDays /> },
          { key: "agents", label: t("agents"), children: <AgentSkillTable /> },
          { key: "rules", label: t("rules"), children: <RulesForm /> },
          { key: "callbacks", label: t("callbackPlans"), children: <CallbackPlans /> },
          { key: "dialling", label: t("dialling"), children: <DialLimits /> },
          { key: "words", label: t("words"), children: <WordTables /> },
          { key: "prompts", label: t("prompts"), children: <Prompts /> },
        ]}
      />
    </PageFrame>
  );
}
