import { Badge, Button, Tag, Tooltip, Typography } from "antd";
import {
  ApartmentOutlined,
  ArrowLeftOutlined,
  CopyOutlined,
  HistoryOutlined,
  PlayCircleOutlined,
  RedoOutlined,
  SettingOutlined,
  SnippetsOutlined,
  UndoOutlined,
  WarningOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { common } from "@/lib/common-messages";
import { useText } from "@/lib/text";
import type { FlowRow } from "@/features/flows/api/flows";
import { messages } from "@/features/flows/messages";
import type { DraftOnServer } from "@/features/flows/use-draft";
import type { Editor } from "@/features/flows/use-editor";
import styles from "./Editor.module.css";

export type Panel = "step" | "problems" | "try" | "versions" | "flowSettings";

interface Props {
  flow: FlowRow;
  editor: Editor;
  server: DraftOnServer;
  mayChange: boolean;
  panel: Panel | null;
  copyable: boolean;
  onPanel: (panel: Panel) => void;
  onCopy: () => void;
  onPaste: () => void;
  onArrange: () => void;
  onPublish: () => void;
}

/** Above the canvas: the flow's name and state, editing, and the panels. */
export function EditorBar(props: Props) {
  const { flow, editor, server, mayChange, panel, onPanel } = props;
  const t = useText(messages);
  const c = useText(common);
  const errors = server.findings.filter((one) => one.severity === "error").length;
  const tool = (label: string, keys: string, icon: ReactNode, act: () => void, enabled: boolean, testid: string) => (
    <Tooltip title={keys ? `${label} (${keys})` : label}>
      <Button type="text" icon={icon} aria-label={label} onClick={act} disabled={!enabled} data-testid={testid} />
    </Tooltip>
  );
  const side = (name: Panel, icon: ReactNode, label: ReactNode) => (
    <Button
      type={panel === name ? "primary" : "default"}
      icon={icon}
      onClick={() => onPanel(name)}
      data-testid={`panel-${name}`}
    >
      <span className={name === "flowSettings" ? styles.wideOnly : undefined}>{label}</span>
    </Button>
  );
  return (
    <div className={styles.bar}>
      <Link to="/flows" aria-label={c("back")}>
        <Button type="text" icon={<ArrowLeftOutlined />} tabIndex={-1} />
      </Link>
      <h1>
        <Typography.Text ellipsis strong style={{ fontSize: 17, maxWidth: 240 }}>
          {flow.name}
        </Typography.Text>
      </h1>
      <Tag color={flow.published ? "green" : "default"} data-testid="published">
        {flow.published ? t("version", { n: flow.published }) : t("never")}
      </Tag>
      {mayChange && (
        <>
          {tool(t("undo"), "Ctrl+Z", <UndoOutlined />, editor.undo, editor.canUndo, "undo")}
          {tool(t("redo"), "Ctrl+Y", <RedoOutlined />, editor.redo, editor.canRedo, "redo")}
          {tool(t("copy"), "Ctrl+C", <CopyOutlined />, props.onCopy, props.copyable, "copy")}
          {tool(t("paste"), "Ctrl+V", <SnippetsOutlined />, props.onPaste, true, "paste")}
          {tool(t("arrange"), "", <ApartmentOutlined />, props.onArrange, true, "arrange")}
        </>
      )}
      <span className="grow" />
      {!mayChange && <span className="quiet small">{t("readOnly")}</span>}
      {side(
        "problems",
        <WarningOutlined />,
        <>
          {t("problems")}{" "}
          <Badge count={errors || server.findings.length} color={errors ? "#d1313d" : "#c9730a"} size="small" />
        </>,
      )}
      {side("try", <PlayCircleOutlined />, t("try"))}
      {side("versions", <HistoryOutlined />, t("versions"))}
      {side("flowSettings", <SettingOutlined />, t("flowSettings"))}
      {mayChange && (
        <>
          <Button
            onClick={() => void server.save().catch(() => undefined)}
            loading={server.saving}
            disabled={!editor.unsaved}
            data-testid="save-draft"
          >
            {t(editor.unsaved ? "save" : "allSaved")}
          </Button>
          <Tooltip title={errors ? t("mendFirst", { n: errors }) : ""}>
            <Button type="primary" disabled={errors > 0} onClick={props.onPublish} data-testid="publish">
              {t("publish")}
            </Button>
          </Tooltip>
        </>
      )}
    </div>
  );
}
