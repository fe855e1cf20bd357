import { DatePicker } from "antd";
import type { ListState } from "@/lib/list-state";
import { edgeOfDay, local } from "@/lib/time";

/** Days from–to of a list, sent as the moments at which they begin and end. */
export function DateRange({ list }: { list: ListState }) {
  const from = list.value("from");
  const to = list.value("to");
  return (
    <DatePicker.RangePicker
      value={[from ? local(Date.parse(from)) : null, to ? local(Date.parse(to)) : null]}
      allowEmpty={[true, true]}
      style={{ width: 240 }}
      onChange={(days) =>
        list.set({
          from: days?.[0] ? edgeOfDay(days[0], "start") : undefined,
          to: days?.[1] ? edgeOfDay(days[1], "end") : undefined,
        })
      }
    />
  );
}
