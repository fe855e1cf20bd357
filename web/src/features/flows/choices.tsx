import { useQuery } from "@tanstack/react-query";
import { createContext, use, useMemo, type ReactNode } from "react";
import { fill, useLanguage, usePick, type Text } from "@/lib/text";
import { choicesQuery, vocabularyQuery, type Prompt, type Vocabulary } from "./api/flows";
import type { Step } from "./document";
import { exitsOf, type Exit } from "./exits";

interface Row {
  id: string;
  name: string;
}

/** What settings of steps choose from, and the words for it. */
export interface Choices extends Vocabulary {
  queues: Row[];
  skills: Row[];
  hotlines: (Row & { number: string })[];
  draws: Row[];
  prompts: Prompt[];
}

const none: Choices = {
  services: [],
  fields: [],
  spoken: [],
  queues: [],
  skills: [],
  hotlines: [],
  draws: [],
  prompts: [],
};
const ChoicesContext = createContext<Choices>(none);

export function ChoicesProvider({ children }: { children: ReactNode }) {
  const vocabulary = useQuery(vocabularyQuery).data;
  const queues = useQuery(choicesQuery<Row>("/api/queues")).data;
  const skills = useQuery(choicesQuery<Row>("/api/skills")).data;
  const hotlines = useQuery(choicesQuery<Choices["hotlines"][number]>("/api/hotlines")).data;
  const prompts = useQuery(choicesQuery<Prompt>("/api/prompts")).data;
  const wantsDraws = vocabulary?.services.some((one) => one.name === "draw_register") ?? false;
  const draws = useQuery({ ...choicesQuery<Row>("/api/draws"), enabled: wantsDraws, retry: false }).data;
  const value = useMemo(
    (): Choices => ({
      services: vocabulary?.services ?? [],
      fields: vocabulary?.fields ?? [],
      spoken: vocabulary?.spoken ?? [],
      queues: queues?.items ?? [],
      skills: skills?.items ?? [],
      hotlines: hotlines?.items ?? [],
      prompts: prompts?.items ?? [],
      draws: draws?.items ?? [],
    }),
    [vocabulary, queues, skills, hotlines, prompts, draws],
  );
  return <ChoicesContext value={value}>{children}</ChoicesContext>;
}

export const useChoices = () => use(ChoicesContext);

export function useExits(): (step: Pick<Step, "kind" | "settings">) => Exit[] {
  const { services } = useChoices();
  return useMemo(() => (step) => exitsOf(step, services), [services]);
}

const list = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? (value as Record<string, unknown>[]) : [];

/** What a list of things said says, in words. */
export function useSaid(): (say: unknown) => string {
  const { prompts } = useChoices();
  const pick = usePick();
  return (say) =>
    list(say)
      .map((part) =>
        "prompt" in part
          ? pick(
              prompts.find((one) => one.key === part["prompt"]),
              String(part["prompt"] ?? ""),
            )
          : `‹${String(part["variable"] ?? "")}›`,
      )
      .join(" ");
}

const words: Record<string, Text> = {
  thisHotline: ["按来电热线的时间", "hours of the hotline dialled"],
  anyQueue: ["热线的队列", "the hotline's queue"],
  questions: ["个问题", "questions"],
  place: ["保留位置", "keeps the place"],
};

/** One line that says what a step is set to do. */
export function useSummary(): (step: Step) => string {
  const choices = useChoices();
  const { locale } = useLanguage();
  const pick = usePick();
  const said = useSaid();
  const word = (key: keyof typeof words) => fill(words[key] ?? ["", ""], locale);
  const nameIn = (rows: Row[], id: unknown) => rows.find((row) => row.id === id)?.name ?? (id ? "…" : "");
  return ({ kind, settings }) => {
    const parts: string[] = [];
    switch (kind) {
      case "lookup":
        parts.push(
          pick(
            choices.services.find((one) => one.name === settings["service"]),
            String(settings["service"] ?? ""),
          ),
        );
        break;
      case "hours":
        parts.push(nameIn(choices.hotlines, settings["hotline"]) || word("thisHotline"));
        break;
      case "set":
        if (settings["priority"] != null) parts.push(`+${String(settings["priority"])}`);
        if (settings["skill"]) parts.push(nameIn(choices.skills, settings["skill"]));
        parts.push(...Object.entries(settings["variables"] ?? {}).map(([name, value]) => `${name} = ${String(value)}`));
        break;
      case "queue":
      case "voicemail":
      case "callback":
        parts.push(nameIn(choices.queues, settings["queue"]) || word("anyQueue"));
        if (settings["skill"]) parts.push(nameIn(choices.skills, settings["skill"]));
        if (settings["keep_place"]) parts.push(word("place"));
        break;
      case "transfer_out":
        parts.push(String(settings["number"] ?? ""));
        break;
      case "survey":
        parts.push(`${list(settings["questions"]).length} ${word("questions")}`);
        break;
      case "collect":
        parts.push(`→ ${String(settings["variable"] ?? "")}`);
        break;
    }
    const speech = said(settings["say"]);
    if (speech) parts.push(`“${speech}”`);
    return parts.filter(Boolean).join(" · ");
  };
}
