import { define } from "@/lib/text";

/** The days of the week as the server names them, Monday first, with their words. */
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

export const shortDays = define({
  mon: ["一", "Mo"],
  tue: ["二", "Tu"],
  wed: ["三", "We"],
  thu: ["四", "Th"],
  fri: ["五", "Fr"],
  sat: ["六", "Sa"],
  sun: ["日", "Su"],
});

export const longDays = define({
  mon: ["周一", "Monday"],
  tue: ["周二", "Tuesday"],
  wed: ["周三", "Wednesday"],
  thu: ["周四", "Thursday"],
  fri: ["周五", "Friday"],
  sat: ["周六", "Saturday"],
  sun: ["周日", "Sunday"],
});
