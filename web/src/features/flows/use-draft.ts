import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useEffect, useRef, useState } from "react";
import { ApiError } from "@/api/client";
import { useText } from "@/lib/text";
import { draftQuery, flowQuery, saveDraft, validate, type Draft, type Finding } from "./api/flows";
import { fromDocument, toDocument, type Drawing } from "./document";
import { messages } from "./messages";
import type { Editor } from "./use-editor";

export interface DraftOnServer {
  findings: Finding[];
  saving: boolean;
  /** Somebody else saved meanwhile. */
  conflict: boolean;
  /** Saves what is not saved yet; answers the revision that the server holds. */
  save: () => Promise<number>;
  overwrite: () => Promise<number>;
  reload: () => void;
}

const PAUSE_MS = 500;

/** Saves the drawing as the flow's draft, and keeps the list of its problems true while it is edited. */
export function useDraft(id: string, draft: Draft, editor: Editor): DraftOnServer {
  const t = useText(messages);
  const client = useQueryClient();
  const { message } = App.useApp();
  const revision = useRef(draft.revision);
  const [findings, setFindings] = useState(draft.findings);
  const [conflict, setConflict] = useState(false);
  const { drawing, saved, load } = editor;

  useEffect(() => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      validate(toDocument(drawing)).then(
        (found) => !controller.signal.aborted && setFindings(found.findings),
        () => undefined, // The next change asks again; saving tells what is wrong with the connection.
      );
    }, PAUSE_MS);
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [drawing]);

  const send = useMutation({
    mutationFn: (what: Drawing) => saveDraft(id, toDocument(what), revision.current),
    onSuccess: (answer, what) => {
      revision.current = answer.revision;
      setFindings(answer.findings);
      saved(what);
      void client.invalidateQueries(flowQuery(id));
    },
    onError: (fault) => {
      if (fault instanceof ApiError && fault.code === "flows.draft_changed") setConflict(true);
      else void message.error(fault.message);
    },
  });
  const save = async () => {
    if (!editor.unsaved) return revision.current;
    const answer = await send.mutateAsync(drawing);
    void message.success(t("saved"));
    return answer.revision;
  };
  const theirs = async () => {
    const found = await client.fetchQuery({ ...draftQuery(id), staleTime: 0 });
    revision.current = found.revision;
    setConflict(false);
    return found;
  };
  return {
    findings,
    saving: send.isPending,
    conflict,
    save,
    overwrite: async () => {
      await theirs();
      return (await send.mutateAsync(drawing)).revision;
    },
    reload: () => void theirs().then((found) => load(fromDocument(found.document))),
  };
}
