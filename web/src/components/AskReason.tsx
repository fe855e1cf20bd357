import { Input, Modal } from "antd";
import { useState, type ReactNode } from "react";

interface Props {
  open: boolean;
  title: ReactNode;
  /** Ready-made reasons, chosen by a click or by typing on. */
  presets?: string[];
  placeholder?: string;
  busy?: boolean;
  okText?: string;
  danger?: boolean;
  onCancel: () => void;
  onReason: (reason: string) => void;
}

/** Asks why: a reason is needed; Ctrl+Enter sends it. */
export function AskReason({ open, title, presets = [], placeholder, busy, okText, danger, onCancel, onReason }: Props) {
  const [reason, setReason] = useState("");
  const send = () => reason.trim() && !busy && onReason(reason.trim());
  return (
    <Modal
      open={open}
      title={title}
      onCancel={onCancel}
      onOk={send}
      {...(okText && { okText })}
      okButtonProps={{
        disabled: !reason.trim(),
        loading: busy ?? false,
        danger: danger ?? false,
        ...({ "data-testid": "reason-ok" } as object),
      }}
      afterOpenChange={(shown) => !shown && setReason("")}
      destroyOnHidden
    >
      {presets.length > 0 && (
        <div className="row wrap" style={{ marginBottom: 8 }}>
          {presets.map((preset) => (
            <button key={preset} type="button" className="chip" onClick={() => setReason(preset)}>
              {preset}
            </button>
          ))}
        </div>
      )}
      <Input.TextArea
        autoFocus
        rows={3}
        maxLength={500}
        value={reason}
        placeholder={placeholder}
        onChange={(event) => setReason(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && send()}
        data-testid="reason"
      />
    </Modal>
  );
}
