import { useQueryClient } from "@tanstack/react-query";
import { useNodesInitialized, useReactFlow } from "@xyflow/react";
import { Button, Modal } from "antd";
import { CloseOutlined } from "@ant-design/icons";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useBlocker } from "react-router";
import { fill, useLanguage, useText } from "@/lib/text";
import { draftQuery, type Draft, type FlowRow } from "@/features/flows/api/flows";
import { useExits } from "@/features/flows/choices";
import { add, change, freeId, fromDocument, move, remove } from "@/features/flows/document";
import { kindOf } from "@/features/flows/kinds";
import { arrange, isCrowded } from "@/features/flows/layout";
import { messages } from "@/features/flows/messages";
import { useCanvasKeys } from "@/features/flows/use-canvas-keys";
import { copySteps, pasteSteps, useEditor } from "@/features/flows/use-editor";
import { useDraft } from "@/features/flows/use-draft";
import { Canvas } from "./Canvas";
import { EditorBar, type Panel } from "./EditorBar";
import { FlowPanel, ProblemPanel } from "./FlowPanel";
import { Palette } from "./Palette";
import { PublishDialog } from "./PublishDialog";
import { StepPanel } from "./StepPanel";
import { TryPanel } from "./TryPanel";
import { VersionPanel } from "./VersionPanel";
import styles from "./Editor.module.css";

interface Props {
  flow: FlowRow;
  draft: Draft;
  mayChange: boolean;
}

/** The canvas with everything around it: palette, settings of the open step, problems, trial, versions. */
export function EditorPage({ flow, draft, mayChange }: Props) {
  const t = useText(messages);
  const { locale } = useLanguage();
  const client = useQueryClient();
  const canvas = useReactFlow();
  const exits = useExits();
  const editor = useEditor(useMemo(() => fromDocument(draft.document), [draft.document]));
  const { drawing } = editor;
  const server = useDraft(flow.id, draft, editor);
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const [panel, setPanel] = useState<Panel | null>(null);
  const [openId, setOpenId] = useState<string | null>(null);
  const [trace, setTrace] = useState<string[]>([]);
  const [publishing, setPublishing] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const open = drawing.steps.find((one) => one.id === openId);
  const problems = useMemo(() => {
    const found = new Map<string, "error" | "warning">();
    for (const one of server.findings) {
      if (one.node && found.get(one.node) !== "error") found.set(one.node, one.severity);
    }
    return found;
  }, [server.findings]);

  const show = useCallback((id: string) => {
    setOpenId(id);
    setPanel("step");
  }, []);
  const find = (id: string) => {
    show(id);
    choose(new Set([id]));
    void canvas.fitView({ nodes: [{ id }], maxZoom: 1, duration: 300 });
  };
  const take = useCallback(
    (kind: string, at: { x: number; y: number } | null) => {
      const box = frame.current?.querySelector(".react-flow")?.getBoundingClientRect();
      if (!box || (at && (at.x < box.left || at.x > box.right || at.y < box.top || at.y > box.bottom))) return;
      const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
      const place = canvas.screenToFlowPosition(at ?? middle);
      const id = freeId(drawing, kind);
      const settings = structuredClone(kindOf(kind).initial);
      const [x, y] = [place.x - 108, place.y - 20].map((one) => Math.round(one / 10) * 10) as [number, number];
      editor.change(add(drawing, { id, kind, name: "", served: false, settings, x, y }));
      choose(new Set([id]));
      show(id);
    },
    [canvas, drawing, editor, show],
  );
  const sizeOf = (id: string) => {
    const measured = canvas.getNode(id)?.measured;
    return { width: measured?.width ?? 216, height: measured?.height ?? 90 };
  };
  const arranged = () => {
    const exitsOf = (id: string) => {
      const step = drawing.steps.find((one) => one.id === id);
      return step ? exits(step).map((one) => one.name) : [];
    };
    requestAnimationFrame(() => void canvas.fitView({ padding: 0.12, maxZoom: 1, duration: 300 }));
    return move(drawing, arrange(drawing, sizeOf, exitsOf));
  };
  const paste = () => {
    const done = pasteSteps(drawing);
    if (!done) return;
    editor.change(done.drawing);
    choose(new Set(done.ids));
  };
  // A flow that was never laid out (a template, an import) is shown so that it can be read; that alone is no change.
  const ready = useNodesInitialized();
  const looked = useRef(false);
  useEffect(() => {
    if (!ready || looked.current) return;
    looked.current = true;
    if (isCrowded(drawing, sizeOf)) editor.load(arranged());
  });

  useCanvasKeys(
    {
      undo: editor.undo,
      redo: editor.redo,
      save: () => void server.save().catch(() => undefined),
      copy: () => copySteps(drawing, chosen),
      paste,
    },
    !mayChange,
  );
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      editor.unsaved && mayChange && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (!editor.unsaved || !mayChange) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [editor.unsaved, mayChange]);

  const title = panel === "step" ? (open ? fill(kindOf(open.kind).label, locale) : "") : panel ? t(panel) : "";
  return (
    <div className={styles.editor} data-testid="flow-editor" ref={frame}>
      <EditorBar
        flow={flow}
        editor={editor}
        server={server}
        mayChange={mayChange}
        panel={panel}
        onPanel={(next) => {
          setPanel(next === panel ? null : next);
          if (next !== "try") setTrace([]);
        }}
        onCopy={() => copySteps(drawing, chosen)}
        copyable={chosen.size > 0}
        onPaste={paste}
        onArrange={() => editor.change(arranged())}
        onPublish={() => setPublishing(true)}
      />
      <div className={styles.desk}>
        {mayChange && <Palette onTake={take} />}
        <Canvas
          drawing={drawing}
          onChange={editor.change}
          chosen={chosen}
          onChoose={choose}
          onOpen={show}
          problems={problems}
          trace={trace}
          readOnly={!mayChange}
        />
        {panel && (panel !== "step" || open) && (
          <aside className={styles.side}>
            <div className={styles.sideHead}>
              <span className="grow">{title}</span>
              <Button
                size="small"
                type="text"
                icon={<CloseOutlined />}
                aria-label="×"
                onClick={() => (setPanel(null), setTrace([]))}
                data-testid="close-panel"
              />
            </div>
            <div className={styles.sideBody}>
              {panel === "step" && open && (
                <StepPanel
                  drawing={drawing}
                  step={open}
                  findings={server.findings.filter((one) => one.node === open.id)}
                  readOnly={!mayChange}
                  onChange={(part, tag) => editor.change(change(drawing, open.id, part, exits), tag)}
                  onRemove={() => editor.change(remove(drawing, new Set([open.id])))}
                  onOpen={find}
                />
              )}
              {panel === "problems" && <ProblemPanel drawing={drawing} findings={server.findings} onOpen={find} />}
              {panel === "try" && (
                <TryPanel id={flow.id} drawing={drawing} unsaved={editor.unsaved} onTrace={setTrace} />
              )}
              {panel === "versions" && (
                <VersionPanel
                  id={flow.id}
                  drawing={drawing}
                  mayChange={mayChange}
                  onOpen={find}
                  onTake={(version) => editor.change(version)}
                />
              )}
              {panel === "flowSettings" && (
                <FlowPanel flow={flow} drawing={drawing} mayChange={mayChange} onChange={editor.change} />
              )}
            </div>
          </aside>
        )}
      </div>
      {publishing && <PublishDialog flow={flow} save={server.save} onClose={() => setPublishing(false)} />}
      <Modal
        open={blocker.state === "blocked"}
        title={t("leaveSure")}
        okText={t("leave")}
        cancelText={t("stay")}
        onOk={() => blocker.proceed?.()}
        onCancel={() => blocker.reset?.()}
      />
      <Modal
        open={server.conflict}
        title={t("changedElsewhere")}
        okText={t("overwrite")}
        cancelText={t("loadTheirs")}
        closable={false}
        onOk={() => void server.overwrite()}
        onCancel={() => void client.refetchQueries(draftQuery(flow.id)).then(server.reload)}
      >
        {t("changedElsewhereHint")}
      </Modal>
    </div>
  );
}
