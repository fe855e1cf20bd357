import { TimePicker } from "antd";
import dayjs from "dayjs";
import customParseFormat from "dayjs/plugin/customParseFormat";

dayjs.extend(customParseFormat);

export type Span = [from: string, until: string];

const time = (text: string) => dayjs(text === "24:00" ? "23:59" : text, "HH:mm");

/** From–until of a day. */
export function SpanPicker({ value, onChange }: { value?: Span; onChange?: (span: Span) => void }) {
  return (
    <TimePicker.RangePicker
      format="HH:mm"
      minuteStep={5}
      allowClear={false}
      value={value ? [time(value[0]), time(value[1])] : null}
      onChange={(times) => times?.[0] && times[1] && onChange?.([times[0].format("HH:mm"), times[1].format("HH:mm")])}
    />
  );
}
