import dayjs, { type Dayjs } from "dayjs";
import timezone from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";

dayjs.extend(utc);
dayjs.extend(timezone);

let zone: string | undefined;

/** From now on times are shown in this zone (the tenant's), wherever the browser is. */
export function showIn(timeZone: string | undefined): void {
  zone = timeZone;
}

/** A moment as a date and time of the tenant's zone. */
export function local(at?: number): Dayjs {
  return zone ? dayjs(at).tz(zone) : dayjs(at);
}

/** The moment at which a day of the calendar begins or ends in the tenant's zone. */
export function edgeOfDay(day: Dayjs, edge: "start" | "end"): string {
  const text = `${day.format("YYYY-MM-DD")} ${edge === "start" ? "00:00:00.000" : "23:59:59.999"}`;
  return (zone ? dayjs.tz(text, zone) : dayjs(text)).toISOString();
}

/** A moment out of a frame or a body: ISO 8601 text or seconds since the epoch; milliseconds since the epoch. */
export function moment(value: string | number | null | undefined): number | null {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "number") return value * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at;
}

/** 75 → "1:15", 4000 → "1:06:40". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** Date and time as tables show it; short within the present year. */
export function dateTime(value: string | number | null | undefined): string {
  const at = moment(value);
  if (at === null) return "—";
  const day = local(at);
  return day.format(day.year() === local().year() ? "MM-DD HH:mm:ss" : "YYYY-MM-DD HH:mm");
}

/** "10:32" today, "11-20 10:32" this year, "2025-11-20" before. */
export function shortTime(value: string | number | null | undefined): string {
  const at = moment(value);
  if (at === null) return "—";
  const day = local(at);
  if (day.format("YYYYMMDD") === local().format("YYYYMMDD")) return day.format("HH:mm");
  return day.format(day.year() === local().year() ? "MM-DD HH:mm" : "YYYY-MM-DD");
}
