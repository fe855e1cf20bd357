import { Alert, Input, Modal, type InputRef } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import { answer, api } from "@/api/client";
import { common } from "@/lib/common-messages";
import { whenIdentityIsAsked } from "@/lib/confirm-identity";
import { define, useText } from "@/lib/text";

const messages = define({
  title: ["请再次输入密码", "Your password, please"],
  why: ["这项更改很重要，需要确认是您本人。", "This is a grave change: please show that it is you."],
});

/** The window that asks for the password before a grave change. It stands once, around every page. */
export function ConfirmIdentity() {
  const t = useText(messages);
  const c = useText(common);
  const [open, setOpen] = useState(false);
  const [password, setPassword] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const decide = useRef<(given: boolean) => void>(() => undefined);
  const input = useRef<InputRef>(null);
  useEffect(() => {
    whenIdentityIsAsked(
      () =>
        new Promise((resolve) => {
          decide.current = resolve;
          setPassword("");
          setFault(null);
          setOpen(true);
        }),
    );
    return () => whenIdentityIsAsked(null);
  }, []);
  const close = useCallback((given: boolean) => {
    setOpen(false);
    decide.current(given);
  }, []);
  const give = async () => {
    setBusy(true);
    try {
      await answer(api.POST("/api/session/confirm", { body: { password } }));
      close(true);
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
      setPassword("");
      input.current?.focus();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open={open}
      title={t("title")}
      width={380}
      zIndex={2000}
      okText={c("confirm")}
      okButtonProps={{ disabled: !password, ...{ "data-testid": "confirm-identity" } }}
      confirmLoading={busy}
      onOk={() => void give()}
      onCancel={() => close(false)}
      afterOpenChange={(shown) => shown && input.current?.focus()}
      destroyOnHidden
    >
      <p className="quiet">{t("why")}</p>
      {fault && <Alert type="error" showIcon title={fault} style={{ marginBottom: 12 }} />}
      <Input.Password
        ref={input}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        onPressEnter={() => void give()}
        autoComplete="current-password"
        data-testid="identity-password"
      />
    </Modal>
  );
}
