import { App, Input, Modal } from "antd";
import { useState } from "react";
import { TargetPicker } from "@/components/seat/TargetPicker";
import { Kbd } from "@/components/Kbd";
import { useShortcuts } from "@/lib/keyboard";
import { useDeskView } from "@/lib/seat/desk-context";
import { usePick, useText } from "@/lib/text";
import { contactOf } from "@/features/floor/acts";
import { messages } from "@/features/floor/messages";
import { MoveAgent } from "./MoveAgent";
import type { Acting } from "@/features/floor/state/use-acts";

function WhyNotReady({ acting: { ask, send, question } }: { acting: Acting }) {
  const t = useText(messages);
  const pick = usePick();
  const { reasons } = useDeskView();
  const row = question?.target?.row;
  const choices = reasons.filter(({ selectable }) => selectable !== false).slice(0, 9);
  const choose = (reason: string) => {
    ask(null);
    if (row)
      void send(
        "set_agent",
        { agent: row.id, state: "not_ready", reason },
        t("done", { act: t("set_not_ready"), name: row.name }),
      );
  };
  useShortcuts(Object.fromEntries(choices.map(({ code }, index) => [String(index + 1), () => choose(code)])));
  return (
    <Modal
      open
      title={t("notReadyTitle", { name: row?.name ?? "" })}
      footer={null}
      onCancel={() => ask(null)}
      width={420}
    >
      <div className="row wrap" data-testid="why-not-ready">
        {choices.map((choice, index) => (
          <button
            key={choice.code}
            type="button"
            className="chip"
            onClick={() => choose(choice.code)}
            data-testid={`why-${choice.code}`}
          >
            {pick(choice)}
            <Kbd keys={String(index + 1)} />
          </button>
        ))}
      </div>
    </Modal>
  );
}

function Write({ acting: { ask, send, busy, question } }: { acting: Acting }) {
  const t = useText(messages);
  const [text, setText] = useState("");
  const row = question?.target?.row ?? null;
  const write = () => {
    if (!text.trim() || busy === "message") return;
    void send("message", { to: row ? row.id : "all", text: text.trim() }, t("sent")).then((done) => done && ask(null));
  };
  return (
    <Modal
      open
      title={row ? t("messageTitle", { name: row.name }) : t("messageAllTitle")}
      okText={t("send")}
      okButtonProps={{
        disabled: !text.trim(),
        loading: busy === "message",
        ...({ "data-testid": "send-message" } as object),
      }}
      onOk={write}
      onCancel={() => ask(null)}
      width={460}
    >
      <Input.TextArea
        autoFocus
        rows={3}
        maxLength={180}
        showCount
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && write()}
        data-testid="message-text"
      />
      <p className="quiet small">{t("messageHint")}</p>
    </Modal>
  );
}

/** What has to be asked before something is done. */
export function Questions({ acting }: { acting: Acting }) {
  const t = useText(messages);
  const { message } = App.useApp();
  const { floor, queues, agent } = useDeskView();
  const { busy, question, ask, send } = acting;
  if (question?.act === "set_not_ready") return <WhyNotReady acting={acting} />;
  if (question?.act === "message") return <Write acting={acting} />;
  if (question?.act === "move_agent" && question.target?.row)
    return <MoveAgent agent={question.target.row} onClose={() => ask(null)} />;
  const target = question?.target ?? null;
  return (
    <TargetPicker
      open={target !== null}
      title={target?.row ? t("transferTitle", { name: target.row.name }) : t("transferWaiting")}
      testid="force"
      agents={(floor?.agents ?? []).filter(({ id }) => id !== target?.row?.id && id !== agent?.id)}
      queues={queues}
      onlyReady
      busy={busy !== null}
      onClose={() => ask(null)}
      onChoose={({ args, title }) => {
        if (!target) return;
        void send("force_transfer", { contact: contactOf(target), ...args }).then((done) => {
          if (!done) return;
          ask(null);
          void message.success(t("done", { act: t("force_transfer"), name: title }));
        });
      }}
    />
  );
}
