import { Form, Timeline } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useLabel, useLanguage, useText } from "@/lib/text";
import { settingsQuery, type Queue } from "@/features/settings/api/lines";
import { promptWords } from "@/features/settings/messages";
import { queueMessages } from "@/features/settings/queue-messages";
import type { Exit } from "./ExitField";

interface Moment {
  at: number;
  text: string;
  colour: string;
}

/** A caller's way through this queue when nobody answers, second by second, as the form has it now. */
export function Preview() {
  const t = useText(queueMessages);
  const { locale } = useLanguage();
  const label = useLabel();
  const { data: queues } = useQuery(settingsQuery<Queue>("/api/queues"));
  const form = Form.useFormInstance();
  const queue = (Form.useWatch([], form) ?? {}) as Partial<Queue>;
  const nameOf = (id: string | null | undefined) => queues?.items.find((each) => each.id === id)?.name ?? "…";
  const exit = (way: Exit | null | undefined) => {
    const kind = way?.kind ?? "message";
    return kind === "overflow" ? t("atStep", { queue: nameOf(way?.target) }) : t(`kind_${kind}`);
  };
  const again = (every: number | null | undefined) => (every ? t("atEvery", { every }) : "");
  const said = [
    queue.say_position && t("sayPosition"),
    queue.say_wait && t("sayWait"),
    queue.offer_callback && t("offerCallback"),
  ].filter(Boolean);
  const moments: Moment[] = [{ at: 0, text: t("atStart"), colour: "blue" }];
  if (queue.when_unstaffed) {
    moments.push({ at: 0, text: t("atUnstaffed", { exit: exit(queue.when_unstaffed) }), colour: "red" });
  }
  if (queue.max_waiting != null) {
    moments.push({
      at: 0,
      text: t("atFull", { count: queue.max_waiting, exit: exit(queue.when_full) }),
      colour: "red",
    });
  }
  if (said.length && queue.announce_first_s != null) {
    const text = t("atStatus", { what: said.join(locale === "en" ? ", " : "、") }) + again(queue.announce_every_s);
    moments.push({ at: queue.announce_first_s, text, colour: "green" });
  }
  for (const each of queue.comfort ?? []) {
    const text = t("atComfort", { prompt: label(promptWords, each?.prompt ?? "") }) + again(each?.every_s);
    moments.push({ at: each?.first_s ?? 0, text, colour: "green" });
  }
  for (const step of queue.overflow ?? []) {
    const name = nameOf(step?.to_queue);
    const text =
      step?.waiting_more_than == null
        ? t("atStep", { queue: name })
        : t("atStepIf", { queue: name, count: step.waiting_more_than });
    moments.push({ at: step?.after_s ?? 0, text, colour: "orange" });
  }
  moments.push({
    at: queue.time_limit_s ?? 0,
    text: t("atLimit", { exit: exit(queue.when_timed_out) }),
    colour: "red",
  });
  const ordered = moments
    .filter((moment) => moment.at <= (queue.time_limit_s ?? Infinity))
    .sort((one, other) => one.at - other.at);
  return (
    <Timeline
      style={{ marginTop: 12 }}
      data-testid="queue-preview"
      items={ordered.map((moment, index) => ({
        key: index,
        color: moment.colour,
        content: (
          <>
            <b className="numbers">{moment.at} s</b> {moment.text}
          </>
        ),
      }))}
    />
  );
}
