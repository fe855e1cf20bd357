import { DatePicker } from "antd";
import dayjs from "dayjs";
import type { ListState } from "@/lib/list-state";

/** Days from–to of a list, sent as the moments at which they begin and end. */
export function DateRange({ list }: { list: ListState }) {
  const from = list.value("from");
  const to = list.value("to");
  return (
    <DatePicker.RangePicker
      value={[from ? dayjs(from) : null, to ? dayjs(to) : null]}
      allowEmpty={[true, true]}
      style={{ width: 240 }}
      onChange={(days) => list.set({ from: days?.[0]?.startOf("day").toISOString(), to: days?.[1]?.endOf("day").toISOString() })}
    />
  );
}
