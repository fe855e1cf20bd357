import { Button, DatePicker, Input, Select, TimePicker } from "antd";
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import dayjs from "dayjs";
import { common } from "@/lib/common-messages";
import { fill, useLabel, useLanguage, usePick, useText } from "@/lib/text";
import { useChoices } from "@/features/flows/choices";
import { operators, weekdays, words } from "@/features/flows/setting-words";
import { Labelled, VariableBox, type FormProps } from "./fields";
import styles from "./Settings.module.css";

interface Condition {
  field: string;
  op: string;
  value: unknown;
}
interface Case {
  exit: string;
  when: Condition[];
}

const pair = (value: unknown): [string, string] =>
  Array.isArray(value) && value.length === 2 ? [String(value[0]), String(value[1])] : ["", ""];

/** The value a condition compares with; its form follows from field and comparison. */
function ValueBox({ condition, onChange }: { condition: Condition; onChange: (value: unknown) => void }) {
  const t = useText(words);
  const { locale } = useLanguage();
  const { field, op, value } = condition;
  const wide = { width: "100%", minWidth: 0 };
  if (op === "set") return null;
  if (op === "is") {
    return (
      <Select
        value={value !== false}
        onChange={onChange}
        options={[
          { value: true, label: t("truthYes") },
          { value: false, label: t("truthNo") },
        ]}
        style={wide}
      />
    );
  }
  if (field === "time.weekday") {
    return (
      <Select
        mode="multiple"
        value={Array.isArray(value) ? (value as number[]) : []}
        onChange={onChange}
        options={weekdays.map((day, number) => ({ value: number, label: fill(day, locale) }))}
        style={wide}
      />
    );
  }
  if (field === "time.clock") {
    const [from, until] = pair(value).map((one) => (one ? dayjs(one, "HH:mm") : dayjs("09:00", "HH:mm")));
    return (
      <TimePicker.RangePicker
        format="HH:mm"
        allowClear={false}
        value={[from ?? null, until ?? null]}
        onChange={(range) => onChange((range ?? []).map((one) => one?.format("HH:mm")))}
        style={wide}
      />
    );
  }
  if (field === "time.date") {
    const [from, until] = pair(value);
    return (
      <DatePicker.RangePicker
        value={from && until ? [dayjs(from), dayjs(until)] : null}
        onChange={(range) => onChange((range ?? []).map((one) => one?.format("YYYY-MM-DD")))}
        style={wide}
      />
    );
  }
  if (op === "in") {
    return (
      <Select mode="tags" value={Array.isArray(value) ? (value as string[]) : []} onChange={onChange} style={wide} />
    );
  }
  return <Input value={String(value ?? "")} onChange={(event) => onChange(event.target.value)} style={wide} />;
}

const firstValue = (field: string, op: string): unknown =>
  op === "is" || op === "set"
    ? true
    : op === "in"
      ? []
      : field === "time.clock"
        ? ["09:00", "18:00"]
        : op === "between"
          ? []
          : "";

function ConditionBox({
  condition,
  onChange,
  variables,
}: {
  condition: Condition;
  onChange: (next: Condition) => void;
  variables: string[];
}) {
  const pick = usePick();
  const label = useLabel();
  const { fields } = useChoices();
  const isVariable = condition.field.startsWith("var.");
  const shown = isVariable ? "var" : condition.field;
  const known =
    fields.find((one) => one.field.split(".")[0] === "var" && isVariable) ?? fields.find((one) => one.field === shown);
  const ops = known?.ops ?? [condition.op];
  const choose = (field: string) => {
    const chosen = fields.find((one) => one.field === field);
    const op = chosen?.ops[0] ?? "is";
    const name = field.startsWith("var") ? `var.${variables[0] ?? ""}` : field;
    onChange({ field: name, op, value: firstValue(field, op) });
  };
  return (
    <div style={{ display: "grid", gap: 4, minWidth: 0 }}>
      <div className="row" style={{ gap: 4 }}>
        <Select
          value={known?.field ?? condition.field}
          onChange={choose}
          options={fields.map((one) => ({ value: one.field, label: pick(one) }))}
          popupMatchSelectWidth={false}
          style={{ flex: 1, minWidth: 0 }}
          data-testid="condition-field"
        />
        <Select
          value={condition.op}
          onChange={(op) => onChange({ ...condition, op, value: firstValue(condition.field, op) })}
          options={ops.map((op) => ({ value: op, label: label(operators, op) }))}
          popupMatchSelectWidth={false}
          style={{ width: 92, flex: "none" }}
        />
      </div>
      {isVariable && (
        <VariableBox
          value={condition.field.slice(4)}
          variables={variables}
          onChange={(name) => onChange({ ...condition, field: `var.${name}` })}
        />
      )}
      <ValueBox condition={condition} onChange={(value) => onChange({ ...condition, value })} />
    </div>
  );
}

export function BranchForm({ settings, onChange, variables }: FormProps) {
  const t = useText(words);
  const c = useText(common);
  const cases = (settings["cases"] as Case[] | undefined) ?? [];
  const fresh = (): Condition => ({ field: "customer.vip", op: "is", value: true });
  const put = (place: number, next: Case | null) =>
    onChange({ cases: cases.flatMap((one, at) => (at === place ? (next ? [next] : []) : [one])) });
  return (
    <Labelled label={t("cases")}>
      {cases.map((one, place) => (
        <div key={place} className={styles.box}>
          <div className="row" style={{ marginBottom: 6 }}>
            <Input
              value={one.exit}
              placeholder={t("exitName")}
              data-testid="case-exit"
              onChange={(event) => put(place, { ...one, exit: event.target.value })}
            />
            <Button
              size="small"
              type="text"
              icon={<DeleteOutlined />}
              aria-label={c("remove")}
              onClick={() => put(place, null)}
            />
          </div>
          {one.when.map((condition, at) => (
            <div key={at} className={styles.part}>
              <ConditionBox
                condition={condition}
                variables={variables}
                onChange={(next) => put(place, { ...one, when: one.when.map((other, n) => (n === at ? next : other)) })}
              />
              <Button
                size="small"
                type="text"
                icon={<DeleteOutlined />}
                aria-label={c("remove")}
                disabled={one.when.length < 2}
                onClick={() => put(place, { ...one, when: one.when.filter((_, n) => n !== at) })}
              />
            </div>
          ))}
          <Button size="small" onClick={() => put(place, { ...one, when: [...one.when, fresh()] })}>
            {t("addCondition")}
          </Button>
        </div>
      ))}
      <Button
        size="small"
        icon={<PlusOutlined />}
        onClick={() => onChange({ cases: [...cases, { exit: `case_${cases.length + 1}`, when: [fresh()] }] })}
        data-testid="add-case"
      >
        {t("addCase")}
      </Button>
    </Labelled>
  );
}
