import { useMutation } from "@tanstack/react-query";
import { Button, Input, Space } from "antd";
import { useEffect, useRef, useState } from "react";
import { ErrorNotice } from "@/components/ErrorNotice";
import { outcomeWords } from "@/lib/outcomes";
import { useLabel, usePick, useText } from "@/lib/text";
import { testNumber, tryOut, type Trial, type TrialInput, type TrialStep } from "@/features/flows/api/flows";
import { useChoices, useExits } from "@/features/flows/choices";
import { toDocument, type Drawing } from "@/features/flows/document";
import { acts, endExits, words } from "@/features/flows/panel-words";
import styles from "./Editor.module.css";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

function Told({ step }: { step: TrialStep }) {
  const t = useText(words);
  const pick = usePick();
  const label = useLabel();
  const { services } = useChoices();
  if (step.kind === "say") {
    return <div className={styles.heard}>{step.parts.map((part) => pick(part, part.prompt)).join(" ")}</div>;
  }
  if (step.kind === "keys") {
    const text = !step.keys ? t("nothingPressed") : t(step.ok ? "pressed" : "wrongKeys", { keys: step.keys });
    return <div className={styles.typed}>{text}</div>;
  }
  if (step.kind === "lookup") {
    const service = services.find((one) => one.name === step.service);
    const exit = service?.exits.find((one) => one.name === step.exit);
    return (
      <div className={styles.event}>
        {t("lookedUp", { service: pick(service, step.service), exit: pick(exit, label(endExits, step.exit)) })}
      </div>
    );
  }
  if (step.kind === "act") return <div className={styles.event}>— {label(acts, step.what)} —</div>;
  return null;
}

interface Props {
  id: string;
  drawing: Drawing;
  unsaved: boolean;
  onTrace: (nodes: string[]) => void;
}

/** Tries the flow as it is drawn, by typing: what is said, where it stands, what it knows. */
export function TryPanel({ id, drawing, unsaved, onTrace }: Props) {
  const t = useText(words);
  const label = useLabel();
  const exits = useExits();
  const [number, setNumber] = useState("");
  const [keys, setKeys] = useState("");
  const [told, setTold] = useState<TrialStep[]>([]);
  const [trial, setTrial] = useState<Trial | null>(null);
  const end = useRef<HTMLDivElement>(null);
  // A trial goes on with the flow it began with, also when the canvas changes meanwhile.
  const document = useRef(toDocument(drawing));
  const advance = useMutation({
    mutationFn: (input: TrialInput | null) => {
      if (input === null) document.current = toDocument(drawing);
      return tryOut(id, {
        document: document.current,
        ...(number && { number }),
        state: input === null ? null : (trial?.state ?? null),
        input,
      });
    },
    onSuccess: (next, input) => {
      const all = input === null ? next.steps : [...told, ...next.steps];
      setTold(all);
      setTrial(next);
      onTrace(all.flatMap((one) => (one.kind === "node" ? [one.node] : [])));
    },
  });
  const dial = useMutation({ mutationFn: () => testNumber(id) });
  useEffect(() => {
    void end.current?.scrollIntoView({ block: "nearest" });
  }, [told]);
  const send = (text: string) => {
    setKeys("");
    if (text) advance.mutate({ keys: text });
  };
  const at = drawing.steps.find((one) => one.id === trial?.node);
  const exitName = (name: string) => {
    const own = at && exits(at).find((one) => one.name === name);
    return own ? own.label : null;
  };
  const variables = Object.entries(trial?.variables ?? {}).filter(([, value]) => value !== "");
  return (
    <div data-testid="try-panel">
      <p className="small quiet">{t("hint")}</p>
      <ErrorNotice error={advance.error} />
      <Space.Compact block>
        <Input
          value={number}
          placeholder={t("callFrom")}
          onChange={(event) => setNumber(event.target.value.trim())}
          data-testid="try-number"
        />
        <Button
          type="primary"
          onClick={() => advance.mutate(null)}
          loading={advance.isPending && !trial}
          data-testid="try-begin"
        >
          {t(trial ? "again" : "begin")}
        </Button>
      </Space.Compact>
      <div className={styles.told} data-testid="try-told">
        {told.map((step, place) => (
          <Told key={place} step={step} />
        ))}
        {trial?.ended && (
          <div className={styles.event} data-testid="try-ended">
            {t("ended")}
            {trial.outcome && ` · ${t("outcome", { outcome: label(outcomeWords, trial.outcome) })}`}
          </div>
        )}
        <div ref={end} />
      </div>
      {trial && !trial.ended && trial.waiting === "keys" && (
        <>
          <Space.Compact block>
            <Input
              value={keys}
              placeholder={t("typeKeys")}
              onChange={(event) => setKeys(event.target.value.replace(/[^0-9*#]/g, ""))}
              onPressEnter={() => send(keys)}
              data-testid="try-keys"
            />
            <Button onClick={() => send(keys)} disabled={!keys}>
              {t("send")}
            </Button>
          </Space.Compact>
          <div className={styles.pad}>
            {KEYS.map((key) => (
              <Button key={key} onClick={() => send(key)} data-testid={`try-key-${key}`}>
                {key}
              </Button>
            ))}
          </div>
        </>
      )}
      {trial && !trial.ended && trial.waiting === "exit" && (
        <>
          <div className="small quiet">{t("leaveBy")}</div>
          <div className="row wrap" style={{ margin: "6px 0" }}>
            {trial.exits.map((name) => (
              <Button
                key={name}
                size="small"
                onClick={() => advance.mutate({ exit: name })}
                data-testid={`try-exit-${name}`}
              >
                {label({ [name]: exitName(name) ?? endExits[name] ?? [name, name] }, name)}
              </Button>
            ))}
          </div>
        </>
      )}
      {trial && !trial.ended && (
        <div className="row">
          {trial.waiting === "keys" && (
            <Button size="small" onClick={() => advance.mutate({ wait: true })} data-testid="try-wait">
              {t("wait")}
            </Button>
          )}
          <Button size="small" danger onClick={() => advance.mutate({ hang_up: true })} data-testid="try-hang-up">
            {t("hangUp")}
          </Button>
        </div>
      )}
      {variables.length > 0 && (
        <>
          <h4>{t("variables")}</h4>
          <dl className={styles.variables} data-testid="try-variables">
            {variables.map(([name, value]) => [
              <dt key={`${name} name`}>{name}</dt>,
              <dd key={name}>{typeof value === "string" ? value : JSON.stringify(value)}</dd>,
            ])}
          </dl>
        </>
      )}
      <h4>{t("realCall")}</h4>
      <p className="small quiet">{t("realCallHint")}</p>
      {dial.data ? (
        <b className="numbers" style={{ fontSize: 22 }} data-testid="test-number">
          {dial.data.number}
        </b>
      ) : (
        <Button size="small" onClick={() => dial.mutate()} loading={dial.isPending} disabled={unsaved}>
          {t(unsaved ? "saveFirst" : "askNumber")}
        </Button>
      )}
      <ErrorNotice error={dial.error} />
    </div>
  );
}
