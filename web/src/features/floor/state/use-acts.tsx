import { App } from "antd";
import { useCallback, useState } from "react";
import { contactOf, type ActName, type Target } from "@/features/floor/acts";
import { messages } from "@/features/floor/messages";
import { useCommand, useDesk } from "@/lib/seat/desk-context";
import { useText } from "@/lib/text";

/** What is being asked about before it is done. */
export interface Question {
  act: "force_transfer" | "set_not_ready" | "message" | "move_agent";
  /** null: everybody. */
  target: Target | null;
}

export interface Acting {
  busy: string | null;
  question: Question | null;
  ask: (question: Question | null) => void;
  /** Does it, or asks first what has to be asked. */
  act: (name: ActName, target: Target) => void;
  /** Sends a command and says in words what came of it. */
  send: (name: string, args: Record<string, unknown>, said?: string) => Promise<boolean>;
}

/** Carries out what a supervisor wants. */
export function useActs(): Acting {
  const t = useText(messages);
  const desk = useDesk();
  const { message, modal } = App.useApp();
  const { busy, run } = useCommand();
  const [question, ask] = useState<Question | null>(null);
  const send = useCallback(
    (name: string, args: Record<string, unknown>, said?: string) =>
      run(name, () => desk.command(name, args)).then((done) => {
        if (done && said) void message.success(said);
        return done;
      }),
    [desk, run, message],
  );
  const act = useCallback(
    (name: ActName, target: Target) => {
      const contact = contactOf(target);
      const agent = target.row?.id;
      const who = target.row?.name ?? target.waiting?.number ?? "";
      const said = t("done", { act: t(name), name: who });
      switch (name) {
        case "listen":
        case "whisper":
        case "barge":
          void run("supervise", async () => {
            await desk.ensurePhone();
            await desk.command("supervise", { contact, mode: name });
          });
          return;
        case "take_over":
        case "pick_up":
          void run(name, async () => {
            await desk.ensurePhone();
            await desk.command(name, { contact });
          });
          return;
        case "answer_help":
          void send("answer_help", { contact });
          return;
        case "end":
          void send("end_supervision", { contact });
          return;
        case "set_ready":
          void send("set_agent", { agent, state: "ready" }, said);
          return;
        case "force_hang_up":
          modal.confirm({
            title: target.row ? t("hangUpTitle", { name: who }) : t("hangUpWaiting"),
            content: t("hangUpHint"),
            okText: t("force_hang_up"),
            okButtonProps: { danger: true },
            onOk: () => void send("force_hang_up", { contact }, said),
          });
          return;
        case "set_signed_out":
          modal.confirm({
            title: t("signOutTitle", { name: who }),
            content: t("signOutHint"),
            okText: t("set_signed_out"),
            okButtonProps: { danger: true },
            onOk: () => void send("set_agent", { agent, state: "signed_out" }, said),
          });
          return;
        default:
          ask({ act: name, target });
      }
    },
    [desk, modal, run, send, t],
  );
  return { busy, question, ask, act, send };
}
