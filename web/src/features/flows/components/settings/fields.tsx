import { AutoComplete, InputNumber, Select, Switch } from "antd";
import type { ReactNode } from "react";
import { usePick, useText } from "@/lib/text";
import { useChoices } from "@/features/flows/choices";
import { words } from "@/features/flows/setting-words";
import styles from "./Settings.module.css";

/** What every form of settings is given; a change names what was changed, so that typing is one step of undo. */
export interface FormProps {
  settings: Record<string, unknown>;
  onChange: (part: Record<string, unknown>) => void;
  /** Variables that other steps of the flow fill. */
  variables: string[];
}

export function Labelled({ label, hint, children }: { label?: ReactNode; hint?: ReactNode; children: ReactNode }) {
  return (
    <div className={styles.field}>
      {label && <div className={styles.label}>{label}</div>}
      {children}
      {hint && <div className={styles.hint}>{hint}</div>}
    </div>
  );
}

interface NumberProps extends Omit<FormProps, "variables"> {
  name: string;
  min?: number;
  max?: number;
  placeholder?: string;
}

export function NumberBox({ settings, onChange, name, min = 0, max = 600, placeholder = "" }: NumberProps) {
  return (
    <InputNumber
      min={min}
      max={max}
      placeholder={placeholder}
      value={(settings[name] as number | null | undefined) ?? null}
      onChange={(value) => onChange({ [name]: value })}
      style={{ width: 100 }}
      data-testid={`set-${name}`}
    />
  );
}

export function Toggle({
  settings,
  onChange,
  name,
  label,
}: Omit<FormProps, "variables"> & { name: string; label: string }) {
  return (
    <label className={styles.toggle}>
      <Switch
        size="small"
        checked={!!settings[name]}
        onChange={(value) => onChange({ [name]: value })}
        data-testid={`set-${name}`}
      />
      {label}
    </label>
  );
}

interface RowProps extends Omit<FormProps, "variables"> {
  name: string;
  rows: { id: string; name: string }[];
  none: string;
}

/** One row of another table by its name; empty: what `none` says. */
export function RowBox({ settings, onChange, name, rows, none }: RowProps) {
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      placeholder={none}
      value={(settings[name] as string | null) ?? null}
      onChange={(value: string | null | undefined) => onChange({ [name]: value ?? null })}
      options={rows.map((row) => ({ value: row.id, label: row.name }))}
      style={{ width: "100%" }}
      data-testid={`set-${name}`}
    />
  );
}

export function PromptBox({
  value,
  onChange,
  placeholder,
  clearable,
}: {
  value: string | null;
  onChange: (key: string | null) => void;
  placeholder: string;
  clearable?: boolean;
}) {
  const { prompts } = useChoices();
  const pick = usePick();
  return (
    <Select
      allowClear={clearable ?? false}
      showSearch={{ optionFilterProp: "label" }}
      placeholder={placeholder}
      value={value || null}
      onChange={(key: string | undefined) => onChange(key ?? null)}
      options={prompts.map((one) => ({ value: one.key, label: pick(one, one.key) }))}
      popupMatchSelectWidth={320}
      style={{ width: "100%", minWidth: 0 }}
      data-testid="choose-prompt"
    />
  );
}

export function VariableBox({
  value,
  onChange,
  variables,
  testid,
}: {
  value: string;
  onChange: (name: string) => void;
  variables: string[];
  testid?: string;
}) {
  const t = useText(words);
  return (
    <AutoComplete
      value={value}
      placeholder={t("value")}
      options={variables.filter((one) => one !== value).map((one) => ({ value: one }))}
      showSearch={{ filterOption: (typed, option) => String(option?.value ?? "").includes(typed) }}
      onChange={(name: string) => onChange(name)}
      style={{ width: "100%", minWidth: 0 }}
      data-testid={testid ?? "variable"}
    />
  );
}
