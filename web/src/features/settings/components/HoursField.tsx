import { Checkbox, Segmented, TimePicker } from "antd";
import dayjs from "dayjs";
import customParseFormat from "dayjs/plugin/customParseFormat";
import { useLanguage, useText } from "@/lib/text";
import { messages } from "@/features/settings/messages";

dayjs.extend(customParseFormat);

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const NAMES = { "zh-CN": ["一", "二", "三", "四", "五", "六", "日"], en: ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"] };

export interface Hours {
  weekly?: Record<string, [string, string][]>;
  keep_holidays?: boolean;
}

/** When a hotline is served: always, or on some days from–until. */
export function HoursField({ value, onChange }: { value?: Hours | null; onChange?: (hours: Hours | null) => void }) {
  const t = useText(messages);
  const { locale } = useLanguage();
  const weekly = value?.weekly ?? {};
  const days = DAYS.filter((day) => weekly[day]?.length);
  const [from, until] = days.map((day) => weekly[day]?.[0]).find(Boolean) ?? ["09:00", "21:00"];
  const set = (next: readonly string[], span: [string, string]) =>
    onChange?.({
      ...value,
      weekly: Object.fromEntries(next.map((day) => [day, [span]])),
      keep_holidays: value?.keep_holidays ?? true,
    });
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
            onChange={(next) => set(next, [from, until])}
            options={DAYS.map((day, index) => ({ value: day, label: NAMES[locale][index] ?? day }))}
          />
          <TimePicker.RangePicker
            format="HH:mm"
            minuteStep={5}
            allowClear={false}
            value={[dayjs(from, "HH:mm"), dayjs(until === "24:00" ? "23:59" : until, "HH:mm")]}
            onChange={(times) =>
              times?.[0] && times[1] && set(days, [times[0].format("HH:mm"), times[1].format("HH:mm")])
            }
          />
        </>
      )}
    </div>
  );
}
