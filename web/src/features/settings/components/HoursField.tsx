import { Checkbox, Segmented } from "antd";
import { useText } from "@/lib/text";
import { messages } from "@/features/settings/messages";
import { DAYS, shortDays } from "@/features/settings/weekdays";
import { SpanPicker, type Span } from "./SpanPicker";

export interface Hours {
  weekly?: Record<string, Span[]>;
  keep_holidays?: boolean;
}

/** When a hotline is served: always, or on some days from–until; with or without the tenant's holidays. */
export function HoursField({ value, onChange }: { value?: Hours | null; onChange?: (hours: Hours | null) => void }) {
  const t = useText(messages);
  const day = useText(shortDays);
  const weekly = value?.weekly ?? {};
  const days = DAYS.filter((one) => weekly[one]?.length);
  const span = days.map((one) => weekly[one]?.[0]).find(Boolean) ?? ["09:00", "21:00"];
  const keep = value?.keep_holidays ?? true;
  const set = (next: readonly string[], hours: Span) =>
    onChange?.({ weekly: Object.fromEntries(next.map((one) => [one, [hours]])), keep_holidays: keep });
  return (
    <div className="stack">
      <Segmented
        value={value ? "weekly" : "always"}
        onChange={(kind) => (kind === "always" ? onChange?.(null) : set(DAYS, ["09:00", "21:00"]))}
        options={[
          { value: "always", label: t("always") },
          { value: "weekly", label: t("weekly") },
        ]}
      />
      {value && (
        <>
          <Checkbox.Group
            value={days}
            onChange={(next) => set(next, span)}
            options={DAYS.map((one) => ({ value: one, label: day(one) }))}
          />
          <SpanPicker value={span} onChange={(hours) => set(days, hours)} />
          <Checkbox
            checked={keep}
            onChange={(event) => onChange?.({ ...value, keep_holidays: event.target.checked })}
            data-testid="keep-holidays"
          >
            {t("keepHolidays")}
          </Checkbox>
        </>
      )}
    </div>
  );
}
