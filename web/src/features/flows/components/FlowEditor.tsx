import { useQuery } from "@tanstack/react-query";
import { ReactFlowProvider } from "@xyflow/react";
import { Spin } from "antd";
import { useParams } from "react-router";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useCan } from "@/lib/session";
import { draftQuery, flowQuery, vocabularyQuery } from "@/features/flows/api/flows";
import { ChoicesProvider } from "@/features/flows/choices";
import { EditorPage } from "./EditorPage";

/** One flow: loads it, then hands it to the editor. */
export function FlowEditor() {
  const { id = "" } = useParams();
  const can = useCan();
  const flow = useQuery(flowQuery(id));
  const draft = useQuery(draftQuery(id));
  const vocabulary = useQuery(vocabularyQuery);
  const error = flow.error ?? draft.error ?? vocabulary.error;
  if (error) return <ErrorNotice error={error} onRetry={() => void Promise.all([flow.refetch(), draft.refetch()])} />;
  if (!flow.data || !draft.data || !vocabulary.data) return <Spin style={{ margin: 40 }} />;
  return (
    <ReactFlowProvider key={id}>
      <ChoicesProvider>
        <EditorPage flow={flow.data} draft={draft.data} mayChange={can("flows.manage") && !flow.data.archived} />
      </ChoicesProvider>
    </ReactFlowProvider>
  );
}
