import { useQuery } from "@tanstack/react-query";
import { Form, Input, InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";
import { settingsQuery } from "@/features/settings/api/lines";

interface FieldProps {
  name: string;
  label: ReactNode;
  optional?: boolean;
  extra?: ReactNode;
}

function useRules(optional?: boolean) {
  const t = useText(common);
  return optional ? [] : [{ required: true, message: t("required") }];
}

export function TextField({ name, label, optional, extra, disabled }: FieldProps & { disabled?: boolean }) {
  return (
    <Form.Item name={name} label={label} extra={extra} rules={useRules(optional)}>
      <Input disabled={disabled ?? false} data-testid={`field-${name}`} />
    </Form.Item>
  );
}

export function NumberField({
  name,
  label,
  optional,
  extra,
  min = 0,
  max = 86_400,
}: FieldProps & { min?: number; max?: number }) {
  return (
    <Form.Item name={name} label={label} extra={extra} rules={useRules(optional)}>
      <InputNumber min={min} max={max} style={{ width: 160 }} data-testid={`field-${name}`} />
    </Form.Item>
  );
}

/** One of the rows of another table of settings, by its name. */
export function RowField({ name, label, optional, extra, path, none }: FieldProps & { path: string; none?: string }) {
  const { data } = useQuery(settingsQuery<{ id: string; name: string }>(path));
  return (
    <Form.Item name={name} label={label} extra={extra} rules={useRules(optional)}>
      <Select
        allowClear={optional ?? false}
        placeholder={none}
        showSearch={{ optionFilterProp: "label" }}
        options={(data?.items ?? []).map((row) => ({ value: row.id, label: row.name }))}
        data-testid={`field-${name}`}
      />
    </Form.Item>
  );
}

/** Names of another table's rows, for columns. */
export function useNames(path: string): (id: string | null | undefined) => string {
  const { data } = useQuery(settingsQuery<{ id: string; name: string }>(path));
  return (id) => data?.items.find((row) => row.id === id)?.name ?? (id ? "…" : "—");
}
