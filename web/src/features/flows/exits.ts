/* The ways out of a step: some are fixed, some come from its settings, those of a look-up from its service. */
import type { Text } from "@/lib/text";
import type { Service } from "./api/flows";
import type { Step } from "./document";

export interface Exit {
  name: string;
  label: Text;
  /** A flow is published only when this exit leads somewhere. */
  required: boolean;
}

const exit = (name: string, label: Text, required = true): Exit => ({ name, label, required });
const next = exit("next", ["下一步", "next"]);
const failed = exit("failed", ["未成功", "failed"]);

// A draw has a period, not hours.
const notNow: Text = ["不在登记期", "not in the period"];

const FIXED: Record<string, Exit[]> = {
  start: [next],
  prompt: [next],
  collect: [exit("ok", ["已输入", "entered"]), failed, exit("no_input", ["没有按键", "no key"], false)],
  hours: [exit("open", ["服务中", "open"]), exit("closed", ["已休息", "closed"])],
  set: [next],
  queue: [
    exit("timeout", ["等待超时", "waited too long"], false),
    exit("full", ["队列已满", "queue full"], false),
    exit("unstaffed", ["无人签入", "nobody signed in"], false),
  ],
  voicemail: [exit("failed", ["无法留言", "cannot be taken"], false)],
  callback: [exit("failed", ["号码不可回拨", "cannot be called back"])],
  survey: [next],
  transfer_out: [exit("failed", ["未接通", "not reached"])],
  hang_up: [],
};

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export function exitsOf(step: Pick<Step, "kind" | "settings">, services: readonly Service[]): Exit[] {
  const { settings } = step;
  if (step.kind === "menu") {
    const keys = list(settings["keys"]).map(String);
    return [
      ...keys.map((key) => exit(key, [`按 ${key}`, `key ${key}`])),
      exit("failed", ["多次错误", "tries used up"]),
      exit("no_input", ["没有按键", "no key"], false),
    ];
  }
  if (step.kind === "branch") {
    const cases = list(settings["cases"]).map((one) => String((one as { exit?: unknown }).exit ?? ""));
    return [...cases.map((name) => exit(name, [name, name])), exit("else", ["其他", "otherwise"])];
  }
  if (step.kind === "lookup") {
    const service = services.find((one) => one.name === settings["service"]);
    const own = (service?.exits ?? []).map(({ name, zh, en, required }) =>
      exit(name, settings["service"] === "draw_register" && name === "closed" ? notNow : [zh, en], required),
    );
    return own.some((one) => one.name === "failed") ? own : [...own, failed];
  }
  return FIXED[step.kind] ?? [];
}
