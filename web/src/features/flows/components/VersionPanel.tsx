import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Popconfirm, Spin, Tag } from "antd";
import { useState } from "react";
import { ErrorNotice } from "@/components/ErrorNotice";
import { fill, useLabel, useLanguage, useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import { flowsKey, restore, versionQuery, versionsQuery, type Version } from "@/features/flows/api/flows";
import { useExits } from "@/features/flows/choices";
import { compare, type Change } from "@/features/flows/compare";
import type { Drawing, Step } from "@/features/flows/document";
import { kindOf } from "@/features/flows/kinds";
import { messages } from "@/features/flows/messages";
import { settingNames, words } from "@/features/flows/panel-words";
import styles from "./Editor.module.css";

interface DifferenceProps {
  before: Drawing;
  after: Drawing;
  onOpen: (id: string) => void;
}

/** What changed from one version to another, in words; a click shows the step. */
function Differences({ before, after, onOpen }: DifferenceProps) {
  const t = useText(words);
  const m = useText(messages);
  const label = useLabel();
  const exits = useExits();
  const { locale } = useLanguage();
  const nameOf = (step: Step | undefined) => (step ? step.name || fill(kindOf(step.kind).label, locale) : "?");
  const stepName = (id: string | null) =>
    id === null
      ? m("nowhere")
      : nameOf(after.steps.find((one) => one.id === id) ?? before.steps.find((one) => one.id === id));
  const say = (change: Change): string => {
    if (change.what === "flow") return t(change.after ? "callbackOn" : "callbackOff");
    const step = nameOf(change.step);
    switch (change.what) {
      case "added":
      case "removed":
        return t(change.what, { step });
      case "renamed":
        return t("renamed", { step, before: change.before || fill(kindOf(change.step.kind).label, locale) });
      case "settings":
        return t("settings", { step, names: change.names.map((name) => label(settingNames, name)).join(", ") });
      case "rewired": {
        const exit = exits(change.step).find((one) => one.name === change.exit);
        return t("rewired", {
          step,
          exit: exit ? fill(exit.label, locale) : change.exit,
          before: stepName(change.before),
          after: stepName(change.after),
        });
      }
    }
  };
  const changes = compare(before, after);
  if (changes.length === 0) return <p className="quiet">{t("same")}</p>;
  return (
    <ul style={{ margin: "6px 0", paddingLeft: 18 }} data-testid="differences">
      {changes.map((change, place) => (
        <li
          key={place}
          className={styles.change}
          style={{ cursor: change.what === "flow" ? "default" : "pointer" }}
          onClick={() => change.what !== "flow" && onOpen(change.step.id)}
        >
          {say(change)}
        </li>
      ))}
    </ul>
  );
}

interface Props {
  id: string;
  drawing: Drawing;
  mayChange: boolean;
  onOpen: (id: string) => void;
  /** A version's drawing becomes the draft in work (undo brings the old one back). */
  onTake: (drawing: Drawing) => void;
}

/** All published versions: what differs from the draft, and back to one of them in a click. */
export function VersionPanel({ id, drawing, mayChange, onOpen, onTake }: Props) {
  const t = useText(words);
  const m = useText(messages);
  const client = useQueryClient();
  const { message } = App.useApp();
  const { data, error, isPending, refetch } = useQuery(versionsQuery(id));
  const [open, setOpen] = useState<number | null>(null);
  const shown = useQuery({ ...versionQuery(id, open ?? 0), enabled: open !== null });
  const back = useMutation({
    mutationFn: (version: number) => restore(id, version),
    onSuccess: async ({ version }) => {
      await client.invalidateQueries({
        queryKey: flowsKey,
        predicate: ({ queryKey }) => queryKey[2] !== "draft",
      });
      void message.success(t("restored", { n: version }));
    },
    onError: (fault) => void message.error(fault.message),
  });
  if (isPending) return <Spin />;
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (data.items.length === 0) return <p className="quiet">{t("noVersions")}</p>;
  const row = (one: Version) => (
    <div key={one.version} style={{ marginBottom: 14 }} data-testid={`version-${one.version}`}>
      <div className="row wrap">
        <b>{m("version", { n: one.version })}</b>
        {one.current && <Tag color="green">{t("current")}</Tag>}
        {one.restored_from !== null && <Tag>{t("restoredFrom", { n: one.restored_from })}</Tag>}
      </div>
      <div className="small quiet">
        {dateTime(one.published_at)} {one.published_by ?? ""}
      </div>
      {one.note && <div>{one.note}</div>}
      <div className="row wrap" style={{ gap: 4, marginTop: 4 }}>
        <Button
          size="small"
          onClick={() => setOpen(open === one.version ? null : one.version)}
          data-testid={`compare-${one.version}`}
        >
          {t("compareDraft")}
        </Button>
        {!one.current && mayChange && (
          <Popconfirm title={t("restoreSure", { n: one.version })} onConfirm={() => back.mutate(one.version)}>
            <Button size="small" loading={back.isPending} data-testid={`restore-${one.version}`}>
              {t("restore")}
            </Button>
          </Popconfirm>
        )}
        {open === one.version && shown.data && mayChange && (
          <Button size="small" type="link" onClick={() => onTake(shown.data)}>
            {t("takeBack")}
          </Button>
        )}
      </div>
      {open === one.version && (
        <>
          <ErrorNotice error={shown.error} />
          {shown.data && <Differences before={shown.data} after={drawing} onOpen={onOpen} />}
        </>
      )}
    </div>
  );
  return <div data-testid="versions">{data.items.map(row)}</div>;
}
