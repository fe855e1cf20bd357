import { Button, ConfigProvider, Input } from "antd";
import { DeleteOutlined } from "@ant-design/icons";
import type { ComponentType } from "react";
import { fill, useLanguage, usePick, useText } from "@/lib/text";
import type { Finding } from "@/features/flows/api/flows";
import { useChoices, useExits } from "@/features/flows/choices";
import { variablesOf, type Drawing, type Step } from "@/features/flows/document";
import { kindOf } from "@/features/flows/kinds";
import { messages } from "@/features/flows/messages";
import { words } from "@/features/flows/setting-words";
import { BranchForm } from "./settings/BranchForm";
import { HoursForm, LookupForm, SetForm } from "./settings/DecideForms";
import { Labelled, Toggle, type FormProps } from "./settings/fields";
import { CallbackForm, HangUpForm, QueueForm, TransferOutForm, VoicemailForm } from "./settings/HandForms";
import { CollectForm, MenuForm, PromptForm, SurveyForm } from "./settings/TalkForms";
import styles from "./Editor.module.css";

const forms: Record<string, ComponentType<FormProps>> = {
  prompt: PromptForm,
  menu: MenuForm,
  collect: CollectForm,
  survey: SurveyForm,
  lookup: LookupForm,
  hours: HoursForm,
  branch: BranchForm,
  set: SetForm,
  queue: QueueForm,
  voicemail: VoicemailForm,
  callback: CallbackForm,
  transfer_out: TransferOutForm,
  hang_up: HangUpForm,
};

interface Props {
  drawing: Drawing;
  step: Step;
  findings: Finding[];
  readOnly: boolean;
  onChange: (part: Partial<Pick<Step, "name" | "served" | "settings">>, tag: string) => void;
  onRemove: () => void;
  onOpen: (id: string) => void;
}

/** The settings of the step that is open: what it is called, what it does, and where its exits lead. */
export function StepPanel({ drawing, step, findings, readOnly, onChange, onRemove, onOpen }: Props) {
  const t = useText(messages);
  const w = useText(words);
  const pick = usePick();
  const { locale } = useLanguage();
  const { services } = useChoices();
  const exits = useExits();
  const kind = kindOf(step.kind);
  const Form = forms[step.kind];
  const variables = variablesOf(
    drawing,
    (service) => services.find((one) => one.name === service)?.results.map((one) => one.name) ?? [],
  );
  const nameOf = (id: string | undefined) => {
    const to = drawing.steps.find((one) => one.id === id);
    return to && (to.name || fill(kindOf(to.kind).label, locale));
  };
  return (
    <ConfigProvider componentDisabled={readOnly}>
      <div className={styles.form} data-testid="step-panel">
        {findings.map((one) => (
          <div key={one.code + one.zh} className={one.severity === "error" ? styles.wrong : styles.doubt}>
            {pick(one)}
          </div>
        ))}
        <Labelled label={t("stepName")} hint={fill(kind.hint, locale)}>
          <Input
            value={step.name}
            maxLength={60}
            placeholder={fill(kind.label, locale)}
            onChange={(event) => onChange({ name: event.target.value }, `${step.id} name`)}
            data-testid="step-name"
          />
        </Labelled>
        {Form && (
          <Form
            key={step.id}
            settings={step.settings}
            variables={variables}
            onChange={(part) =>
              onChange({ settings: { ...step.settings, ...part } }, `${step.id} ${Object.keys(part).join()}`)
            }
          />
        )}
        {step.kind !== "start" && (
          <Labelled hint={t("servedHint")}>
            <Toggle
              settings={{ served: step.served }}
              name="served"
              label={t("served")}
              onChange={({ served }) => onChange({ served: !!served }, `${step.id} served`)}
            />
          </Labelled>
        )}
        {exits(step).length > 0 && (
          <Labelled label={t("whereItLeads")}>
            <div className={styles.leads}>
              {exits(step).map((exit) => {
                const to = drawing.wires.find((wire) => wire.from === step.id && wire.exit === exit.name)?.to;
                const name = nameOf(to);
                return [
                  <span key={`${exit.name} label`}>{fill(exit.label, locale)}</span>,
                  name && to ? (
                    <Button key={exit.name} type="link" size="small" onClick={() => onOpen(to)}>
                      {name}
                    </Button>
                  ) : (
                    <span key={exit.name} className={exit.required ? styles.missing : "quiet"}>
                      {t("nowhere")}
                    </span>
                  ),
                ];
              })}
            </div>
          </Labelled>
        )}
        {!Form && step.kind !== "start" && <p className="quiet">{w("noSettings")}</p>}
        {step.id !== drawing.start && !readOnly && (
          <Button danger size="small" icon={<DeleteOutlined />} onClick={onRemove} data-testid="remove-step">
            {t("removeStep")}
          </Button>
        )}
      </div>
    </ConfigProvider>
  );
}
