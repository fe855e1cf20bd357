import { Button, Checkbox, Input, InputNumber } from "antd";
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";
import { words } from "@/features/flows/setting-words";
import { Labelled, NumberBox, PromptBox, Toggle, VariableBox, type FormProps } from "./fields";
import { SayField } from "./SayField";
import styles from "./Settings.module.css";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

function Say({ settings, onChange, variables }: FormProps) {
  return <SayField value={settings["say"]} onChange={(say) => onChange({ say })} variables={variables} />;
}

function Wrong({ settings, onChange }: FormProps) {
  const t = useText(words);
  return (
    <Labelled label={t("wrong")}>
      <PromptBox
        clearable
        value={settings["wrong"] as string | null}
        placeholder={t("standard")}
        onChange={(wrong) => onChange({ wrong })}
      />
    </Labelled>
  );
}

function Patience(props: FormProps & { digits?: boolean }) {
  const t = useText(words);
  return (
    <div className={styles.pair}>
      <Labelled label={t("timeout")}>
        <NumberBox {...props} name="timeout_s" min={1} max={60} />
      </Labelled>
      {props.digits && (
        <Labelled label={t("digitTimeout")}>
          <NumberBox {...props} name="digit_timeout_s" min={1} max={30} />
        </Labelled>
      )}
      <Labelled label={t("tries")}>
        <NumberBox {...props} name="tries" min={1} max={9} />
      </Labelled>
    </div>
  );
}

export function PromptForm(props: FormProps) {
  const t = useText(words);
  return (
    <>
      <Say {...props} />
      <Toggle {...props} name="barge_in" label={t("bargeIn")} />
    </>
  );
}

export function MenuForm(props: FormProps) {
  const t = useText(words);
  const { settings, onChange } = props;
  return (
    <>
      <Say {...props} />
      <Labelled label={t("keys")}>
        <Checkbox.Group
          value={settings["keys"] as string[]}
          options={KEYS}
          onChange={(keys) => onChange({ keys: KEYS.filter((key) => keys.includes(key)) })}
          style={{ display: "grid", gridTemplateColumns: "repeat(3, 1fr)", rowGap: 4 }}
          data-testid="set-keys"
        />
      </Labelled>
      <Wrong {...props} />
      <Patience {...props} />
      <Toggle {...props} name="barge_in" label={t("bargeIn")} />
    </>
  );
}

export function CollectForm(props: FormProps) {
  const t = useText(words);
  const { settings, onChange, variables } = props;
  return (
    <>
      <Say {...props} />
      <Labelled label={t("variable")} hint={t("variableHint")}>
        <VariableBox
          value={String(settings["variable"] ?? "")}
          variables={variables}
          onChange={(variable) => onChange({ variable })}
          testid="set-variable"
        />
      </Labelled>
      <Labelled label={t("length")}>
        <div className="row">
          <NumberBox {...props} name="min_length" min={1} max={30} />–
          <NumberBox {...props} name="max_length" min={1} max={30} />
        </div>
      </Labelled>
      <Labelled label={t("pattern")} hint={t("patternHint")}>
        <Input
          value={String(settings["pattern"] ?? "")}
          onChange={(event) => onChange({ pattern: event.target.value })}
          data-testid="set-pattern"
        />
      </Labelled>
      <Labelled label={t("range")}>
        <div className="row">
          <NumberBox {...props} name="min" max={1e12} />–
          <NumberBox {...props} name="max" max={1e12} />
        </div>
      </Labelled>
      <Wrong {...props} />
      <Patience {...props} digits />
      <Toggle {...props} name="secret" label={t("secret")} />
      <Toggle {...props} name="barge_in" label={t("bargeIn")} />
    </>
  );
}

interface Question {
  key: string;
  say: unknown;
  min: number;
  max: number;
}

export function SurveyForm(props: FormProps) {
  const t = useText(words);
  const c = useText(common);
  const { settings, onChange, variables } = props;
  const questions = (settings["questions"] as Question[] | undefined) ?? [];
  const put = (place: number, part: Partial<Question>) =>
    onChange({ questions: questions.map((one, other) => (other === place ? { ...one, ...part } : one)) });
  return (
    <>
      <Labelled label={t("questions")}>
        {questions.map((question, place) => (
          <div key={place} className={styles.box}>
            <SayField value={question.say} variables={variables} onChange={(say) => put(place, { say })} />
            <div className="row wrap">
              <Input
                value={question.key}
                placeholder={t("questionKey")}
                onChange={(event) => put(place, { key: event.target.value })}
              />
              <span className="small quiet">{t("answers")}</span>
              <InputNumber
                min={0}
                max={9}
                value={question.min}
                onChange={(min) => put(place, { min: min ?? 1 })}
                style={{ width: 60 }}
              />
              –
              <InputNumber
                min={0}
                max={9}
                value={question.max}
                onChange={(max) => put(place, { max: max ?? 5 })}
                style={{ width: 60 }}
              />
              <Button
                size="small"
                type="text"
                icon={<DeleteOutlined />}
                aria-label={c("remove")}
                disabled={questions.length < 2}
                onClick={() => onChange({ questions: questions.filter((_, other) => other !== place) })}
              />
            </div>
          </div>
        ))}
        <Button
          size="small"
          icon={<PlusOutlined />}
          disabled={questions.length > 4}
          onClick={() =>
            onChange({
              questions: [...questions, { key: `question_${questions.length + 1}`, say: [], min: 1, max: 5 }],
            })
          }
        >
          {t("addQuestion")}
        </Button>
      </Labelled>
      <Wrong {...props} />
      <Patience {...props} />
      <SayField
        value={settings["thanks"]}
        label={t("thanks")}
        variables={variables}
        onChange={(thanks) => onChange({ thanks })}
      />
    </>
  );
}
