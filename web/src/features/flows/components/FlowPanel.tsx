import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Select } from "antd";
import { useState } from "react";
import { common } from "@/lib/common-messages";
import { fill, useLanguage, usePick, useText } from "@/lib/text";
import { flowsKey, putHotlines, type Finding, type FlowRow } from "@/features/flows/api/flows";
import { useChoices } from "@/features/flows/choices";
import type { Drawing } from "@/features/flows/document";
import { kindOf } from "@/features/flows/kinds";
import { messages } from "@/features/flows/messages";
import { words } from "@/features/flows/panel-words";
import { Labelled, Toggle } from "./settings/fields";
import styles from "./Editor.module.css";

interface ProblemProps {
  drawing: Drawing;
  findings: Finding[];
  onOpen: (id: string) => void;
}

/** What stands in the way of publishing, and what is worth a look; a click shows the step. */
export function ProblemPanel({ drawing, findings, onOpen }: ProblemProps) {
  const t = useText(messages);
  const pick = usePick();
  const { locale } = useLanguage();
  const nameOf = (id: string | null) => {
    const step = drawing.steps.find((one) => one.id === id);
    return step && (step.name || fill(kindOf(step.kind).label, locale));
  };
  if (findings.length === 0) return <p data-testid="no-problems">{t("noProblems")}</p>;
  return (
    <div data-testid="problems">
      {findings.map((one, place) => (
        <button
          key={place}
          type="button"
          className={`${styles.finding} ${one.severity === "error" ? styles.wrong : styles.doubt}`}
          onClick={() => one.node && onOpen(one.node)}
          data-testid={`problem-${one.code}`}
        >
          {one.node && <b>{nameOf(one.node)} · </b>}
          {pick(one)}
        </button>
      ))}
    </div>
  );
}

interface FlowProps {
  flow: FlowRow;
  drawing: Drawing;
  mayChange: boolean;
  onChange: (next: Drawing) => void;
}

/** Settings of the flow as a whole, and who uses it. */
export function FlowPanel({ flow, drawing, mayChange, onChange }: FlowProps) {
  const t = useText(messages);
  const w = useText(words);
  const c = useText(common);
  const client = useQueryClient();
  const { message } = App.useApp();
  const { hotlines } = useChoices();
  const using = (use: string) => flow.hotlines.filter((one) => one.use === use).map((one) => one.id);
  const [calls, setCalls] = useState(using("flow"));
  const [survey, setSurvey] = useState(using("survey"));
  const save = useMutation({
    mutationFn: () => putHotlines(flow.id, { flow: calls, survey }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: flowsKey, predicate: ({ queryKey }) => queryKey[2] !== "draft" });
      await client.invalidateQueries({ queryKey: ["settings", "/api/hotlines"] });
      void message.success(w("hotlinesSaved"));
    },
    onError: (fault) => void message.error(fault.message),
  });
  const options = hotlines.map((one) => ({ value: one.id, label: `${one.number} ${one.name}` }));
  return (
    <div data-testid="flow-panel">
      <Toggle
        settings={{ on: drawing.callbackAbandoned }}
        name="on"
        label={t("callbackAbandoned")}
        onChange={({ on }) => onChange({ ...drawing, callbackAbandoned: !!on })}
      />
      <Labelled label={w("forCalls")}>
        <Select
          mode="multiple"
          value={calls}
          onChange={setCalls}
          options={options}
          disabled={!mayChange}
          style={{ width: "100%" }}
          data-testid="flow-hotlines"
        />
      </Labelled>
      <Labelled label={w("forSurvey")}>
        <Select
          mode="multiple"
          value={survey}
          onChange={setSurvey}
          options={options}
          disabled={!mayChange}
          style={{ width: "100%" }}
        />
      </Labelled>
      {mayChange && (
        <Button type="primary" onClick={() => save.mutate()} loading={save.isPending} data-testid="save-hotlines">
          {c("save")}
        </Button>
      )}
    </div>
  );
}
