import { Input, Select } from "antd";
import { useText } from "@/lib/text";
import { useChoices } from "@/features/flows/choices";
import { words } from "@/features/flows/setting-words";
import { Labelled, NumberBox, RowBox, Toggle, VariableBox, type FormProps } from "./fields";
import { SayField } from "./SayField";

export function QueueForm(props: FormProps) {
  const t = useText(words);
  const { queues, skills } = useChoices();
  return (
    <>
      <Labelled label={t("queue")} hint={t("queueHint")}>
        <RowBox {...props} name="queue" rows={queues} none={t("queue")} />
      </Labelled>
      <Labelled label={t("skill")}>
        <RowBox {...props} name="skill" rows={skills} none={t("noSkill")} />
      </Labelled>
      <Labelled label={t("priority")}>
        <NumberBox {...props} name="priority" min={-1000} max={1000} />
      </Labelled>
    </>
  );
}

export function VoicemailForm(props: FormProps) {
  const t = useText(words);
  const { queues } = useChoices();
  return (
    <Labelled label={t("queue")} hint={t("voicemailHint")}>
      <RowBox {...props} name="queue" rows={queues} none={t("hotlinesQueue")} />
    </Labelled>
  );
}

export function CallbackForm(props: FormProps) {
  const t = useText(words);
  const { queues } = useChoices();
  const { settings, onChange, variables } = props;
  const number = settings["number"] as { variable?: string } | undefined;
  return (
    <>
      <SayField
        value={settings["say"]}
        label={t("sayFirst")}
        variables={variables}
        onChange={(say) => onChange({ say })}
      />
      <Labelled label={t("queue")}>
        <RowBox {...props} name="queue" rows={queues} none={t("hotlinesQueue")} />
      </Labelled>
      <Labelled label={t("callbackNumber")}>
        <VariableBox
          value={number?.variable ?? ""}
          variables={variables}
          onChange={(variable) => onChange({ number: { variable } })}
        />
      </Labelled>
      <Toggle {...props} name="keep_place" label={t("keepPlace")} />
    </>
  );
}

export function TransferOutForm(props: FormProps) {
  const t = useText(words);
  const { settings, onChange, variables } = props;
  return (
    <>
      <SayField
        value={settings["say"]}
        label={t("sayFirst")}
        variables={variables}
        onChange={(say) => onChange({ say })}
      />
      <Labelled label={t("number")}>
        <Input
          value={String(settings["number"] ?? "")}
          onChange={(event) => onChange({ number: event.target.value.trim() })}
          data-testid="set-number"
        />
      </Labelled>
      <Labelled label={t("ringFor")}>
        <NumberBox {...props} name="timeout_s" min={5} max={120} />
      </Labelled>
    </>
  );
}

export function HangUpForm({ settings, onChange, variables }: FormProps) {
  const t = useText(words);
  return (
    <>
      <SayField
        value={settings["say"]}
        label={t("sayFirst")}
        variables={variables}
        onChange={(say) => onChange({ say })}
      />
      <Labelled label={t("outcome")}>
        <Select
          value={String(settings["outcome"] ?? "auto")}
          onChange={(outcome) => onChange({ outcome })}
          options={(["auto", "closed", "blocked"] as const).map((one) => ({ value: one, label: t(`outcome_${one}`) }))}
          style={{ width: "100%" }}
        />
      </Labelled>
    </>
  );
}
