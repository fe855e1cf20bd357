import { App, Button, Tag } from "antd";
import { useEffect, useRef, useState } from "react";
import { Kbd } from "@/components/Kbd";
import { useShortcuts } from "@/lib/keyboard";
import { outcomeColours, outcomeWords } from "@/lib/outcomes";
import { useLabel, usePick, useText } from "@/lib/text";
import { clock, moment } from "@/lib/time";
import { useNow } from "@/lib/use-now";
import type { Contact } from "@/lib/seat/frames";
import { messages } from "@/features/desk/messages";
import { useCommand, useDesk, useDeskView } from "@/lib/seat/desk-context";
import { reportNuisance } from "@/features/desk/api/nuisance";
import styles from "./WrapUp.module.css";

/** One key for each disposition, in their order. */
const KEYS = "1234567890QWERTYUIOP";

interface Props {
  contact: Contact;
  note: string;
  /** An order that was begun and not submitted: finishing would lose it. */
  unsentOrder: boolean;
  onFinished: () => void;
}

/** After the call: one disposition by a number key, then done. */
export function WrapUp({ contact, note, unsentOrder, onFinished }: Props) {
  const t = useText(messages);
  const pick = usePick();
  const label = useLabel();
  const desk = useDesk();
  const { dispositions, clockOffset } = useDeskView();
  const { message, modal } = App.useApp();
  const { busy, run } = useCommand();
  const [chosen, setChosen] = useState<string | null>(null);
  const now = useNow() + clockOffset;
  const choices = dispositions.filter((one) => !one.line_id || one.line_id === contact.line);
  const ends = moment(contact.wrap_up_ends_at);
  const left = ends === null ? null : (ends - now) / 1000;

  const send = (disposition: string | null) =>
    void run("wrap_up", () =>
      desk.command("wrap_up", {
        contact: contact.id,
        ...(disposition && { disposition }),
        ...(note.trim() && { note: note.trim() }),
      }),
    ).then((done) => done && onFinished());

  // The limit ends a forgotten wrap-up: what was chosen and written goes along just before it does.
  const last = useRef(send);
  useEffect(() => {
    last.current = send;
  });
  const closing = left !== null && left < 1.5 && left > -5;
  useEffect(() => {
    if (closing && (chosen || note.trim())) last.current(chosen);
    // Only once, when the time runs out.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [closing]);
  const finish = () => {
    if (!chosen) {
      void message.warning(t("dispositionNeeded"));
      return;
    }
    if (!unsentOrder) {
      send(chosen);
      return;
    }
    modal.confirm({
      title: t("unsentOrder"),
      content: t("unsentOrderHint"),
      okText: t("discardOrder"),
      okButtonProps: { danger: true },
      cancelText: t("keepWriting"),
      onOk: () => send(chosen),
    });
  };
  const extendable = left !== null && (contact.extensions_left ?? 0) > 0;
  const extend = () => void run("extend_wrap_up", () => desk.command("extend_wrap_up", { contact: contact.id }));
  useShortcuts({
    ...Object.fromEntries(
      choices.slice(0, KEYS.length).map(({ code }, index) => [KEYS.charAt(index), () => setChosen(code)]),
    ),
    Enter: chosen !== null && finish,
    "Alt+F": finish,
    "Alt+E": extendable && extend,
  });
  return (
    <section className={styles.panel} data-testid="wrap-up" data-contact={contact.id}>
      <div className={styles.head}>
        <b>{t("wrapUp")}</b>
        <span className="numbers">{contact.number}</span>
        <span>{contact.pop?.customer?.name}</span>
        {contact.direction === "outbound" && contact.outcome && (
          <Tag color={outcomeColours[contact.outcome]} data-testid="call-outcome" data-outcome={contact.outcome}>
            {label(outcomeWords, contact.outcome)}
          </Tag>
        )}
        <span className="quiet">{t("chooseDisposition")}</span>
        <span className="grow" />
        {left !== null && (
          <span className={styles.left} data-short={left < 10} data-testid="wrap-up-left">
            {left > 0 ? t("wrapUpLeft", { time: clock(left) }) : t("wrapUpOver")}
          </span>
        )}
        {left !== null && (
          <Button
            onClick={extend}
            disabled={!extendable}
            loading={busy === "extend_wrap_up"}
            title={extendable ? t("extensionsLeft", { n: contact.extensions_left ?? 0 }) : t("noExtension")}
            data-testid="extend-wrap-up"
            data-left={contact.extensions_left ?? 0}
          >
            {t("extendWrapUp", { time: clock(contact.extension_s ?? 0) })}
            <Kbd keys="Alt+E" />
          </Button>
        )}
        {contact.direction !== "outbound" && contact.number && (
          <Button
            danger
            onClick={() =>
              modal.confirm({
                title: t("nuisance"),
                content: t("nuisanceSure"),
                okButtonProps: { danger: true },
                onOk: () =>
                  reportNuisance(contact.id, note)
                    .then(() => {
                      void message.success(t("nuisanceDone"));
                      if (choices.some((one) => one.code === "nuisance")) setChosen("nuisance");
                    })
                    .catch((error: Error) => void message.error(error.message)),
              })
            }
            data-testid="nuisance"
          >
            {t("nuisance")}
          </Button>
        )}
        <Button type="primary" loading={busy === "wrap_up"} onClick={finish} data-testid="finish-wrap-up">
          {t("finish")}
          <Kbd keys="Alt+F" />
        </Button>
      </div>
      <div className={styles.choices}>
        {choices.map((choice, index) => (
          <button
            key={choice.code}
            type="button"
            className={styles.choice}
            aria-pressed={chosen === choice.code}
            onClick={() => setChosen(choice.code)}
            data-testid={`disposition-${choice.code}`}
          >
            {pick(choice)}
            {index < KEYS.length && <Kbd keys={KEYS.charAt(index)} />}
          </button>
        ))}
      </div>
    </section>
  );
}
