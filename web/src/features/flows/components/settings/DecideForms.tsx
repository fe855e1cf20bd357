import { Button, Input, InputNumber, Select, Tag } from "antd";
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { common } from "@/lib/common-messages";
import { usePick, useText } from "@/lib/text";
import { useChoices } from "@/features/flows/choices";
import { words } from "@/features/flows/setting-words";
import { Labelled, RowBox, VariableBox, type FormProps } from "./fields";
import { SayField } from "./SayField";
import styles from "./Settings.module.css";

type Argument = { variable: string } | { text: string };

/** One argument of a look-up: a variable's value or a fixed text; a draw is chosen by its name. */
function ArgumentBox({
  name,
  value,
  onChange,
  variables,
}: {
  name: string;
  value: Argument | undefined;
  onChange: (next: Argument | undefined) => void;
  variables: string[];
}) {
  const t = useText(words);
  const { draws, hotlines } = useChoices();
  const rows = name === "draw" ? draws : name === "hotline" ? hotlines : null;
  if (rows) {
    return (
      <Select
        allowClear
        value={value && "text" in value ? value.text : null}
        onChange={(id: string | undefined) => onChange(id ? { text: id } : undefined)}
        options={rows.map((row) => ({ value: row.id, label: row.name }))}
        style={{ width: "100%" }}
        data-testid={`argument-${name}`}
      />
    );
  }
  const fixed = !!value && "text" in value;
  return (
    <div className="row" style={{ gap: 4 }}>
      <Select
        value={fixed ? "text" : "variable"}
        onChange={(form) => onChange(form === "text" ? { text: "" } : { variable: "" })}
        options={[
          { value: "variable", label: t("fromVariable") },
          { value: "text", label: t("fromText") },
        ]}
        style={{ width: 90, flex: "none" }}
      />
      {fixed ? (
        <Input
          value={value.text}
          onChange={(event) => onChange({ text: event.target.value })}
          data-testid={`argument-${name}`}
        />
      ) : (
        <VariableBox
          value={value && "variable" in value ? value.variable : ""}
          variables={variables}
          onChange={(variable) => onChange(variable ? { variable } : undefined)}
          testid={`argument-${name}`}
        />
      )}
    </div>
  );
}

export function LookupForm({ settings, onChange, variables }: FormProps) {
  const t = useText(words);
  const pick = usePick();
  const { services } = useChoices();
  const service = services.find((one) => one.name === settings["service"]);
  const given = (settings["arguments"] ?? {}) as Record<string, Argument>;
  const into = String(settings["into"] ?? "");
  return (
    <>
      <Labelled label={t("service")}>
        <Select
          value={String(settings["service"] ?? "")}
          onChange={(name) => onChange({ service: name, arguments: {}, into: name.split("_")[0] ?? "found" })}
          options={services.map((one) => ({ value: one.name, label: pick(one) }))}
          style={{ width: "100%" }}
          data-testid="set-service"
        />
      </Labelled>
      {service?.arguments.map((argument) => (
        <Labelled key={argument.name} label={`${pick(argument)}${argument.required ? "" : ` (${t("optional")})`}`}>
          <ArgumentBox
            name={argument.name}
            value={given[argument.name]}
            variables={variables}
            onChange={(next) => {
              const others = Object.entries(given).filter(([name]) => name !== argument.name);
              onChange({ arguments: Object.fromEntries(next ? [...others, [argument.name, next]] : others) });
            }}
          />
        </Labelled>
      ))}
      <Labelled label={t("into")} hint={t("variableHint")}>
        <Input value={into} onChange={(event) => onChange({ into: event.target.value })} data-testid="set-into" />
      </Labelled>
      {!!service?.results.length && (
        <Labelled label={t("results")}>
          {service.results.map((one) => (
            <Tag key={one.name} title={pick(one)}>
              {into}.{one.name}
            </Tag>
          ))}
        </Labelled>
      )}
      <SayField
        value={settings["say"]}
        label={t("sayFirst")}
        variables={variables}
        onChange={(say) => onChange({ say })}
      />
    </>
  );
}

export function HoursForm(props: FormProps) {
  const t = useText(words);
  const { hotlines } = useChoices();
  return (
    <Labelled label={t("hotline")}>
      <RowBox {...props} name="hotline" rows={hotlines} none={t("thisHotline")} />
    </Labelled>
  );
}

export function SetForm(props: FormProps) {
  const t = useText(words);
  const c = useText(common);
  const { settings, onChange, variables } = props;
  const { skills } = useChoices();
  const pairs = Object.entries((settings["variables"] ?? {}) as Record<string, string>);
  const put = (next: [string, string][]) => onChange({ variables: Object.fromEntries(next) });
  return (
    <>
      <Labelled label={t("priority")}>
        <InputNumber
          min={-1000}
          max={1000}
          value={(settings["priority"] as number | null) ?? null}
          onChange={(priority) => onChange({ priority })}
          data-testid="set-priority"
        />
      </Labelled>
      <Labelled label={t("skill")}>
        <RowBox {...props} name="skill" rows={skills} none={t("noSkill")} />
      </Labelled>
      <Labelled label={t("variables")}>
        {pairs.map(([name, value], place) => (
          <div key={place} className={styles.part}>
            <div className="row" style={{ gap: 4 }}>
              <VariableBox
                value={name}
                variables={variables}
                onChange={(other) => put(pairs.map((pair, at) => (at === place ? [other, value] : pair)))}
              />
              =
              <Input
                value={value}
                onChange={(event) => put(pairs.map((pair, at) => (at === place ? [name, event.target.value] : pair)))}
              />
            </div>
            <Button
              size="small"
              type="text"
              icon={<DeleteOutlined />}
              aria-label={c("remove")}
              onClick={() => put(pairs.filter((_, at) => at !== place))}
            />
          </div>
        ))}
        <Button
          size="small"
          icon={<PlusOutlined />}
          disabled={pairs.some(([name]) => name === "")}
          onClick={() => put([...pairs, ["", ""]])}
        >
          {t("addVariable")}
        </Button>
      </Labelled>
    </>
  );
}
