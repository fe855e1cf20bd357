import { PhoneOutlined } from "@ant-design/icons";
import { Button, Input, type InputRef } from "antd";
import { useRef, useState } from "react";
import { Kbd } from "@/components/Kbd";
import { messages } from "@/features/desk/messages";
import { useShortcuts } from "@/lib/keyboard";
import { useCommand, useDesk, useDeskView } from "@/lib/seat/desk-context";
import { useCan } from "@/lib/session";
import { useText } from "@/lib/text";

/** Only what a telephone number is written with: the rest of what was pasted goes. */
const clean = (text: string) => text.normalize("NFKC").replace(/[^\d+*#()\s.-]/g, "");

/** A number to call, between calls. */
export function DialBox() {
  const t = useText(messages);
  const desk = useDesk();
  const can = useCan();
  const { socket } = useDeskView();
  const { busy, run } = useCommand();
  const [number, setNumber] = useState("");
  const field = useRef<InputRef>(null);
  useShortcuts({ "Alt+D": () => field.current?.focus({ cursor: "all" }) });
  if (!can("calls.dial")) return null;
  const written = number.trim();
  const call = () => {
    if (written) void run("call", () => desk.call({ number: written })).then((done) => done && setNumber(""));
  };
  return (
    <div className="row" data-testid="dial-box">
      <Input
        ref={field}
        value={number}
        onChange={({ target }) => setNumber(clean(target.value))}
        onPressEnter={call}
        placeholder={t("dialNumber")}
        aria-label={t("dialNumber")}
        inputMode="tel"
        maxLength={40}
        suffix={<Kbd keys="Alt+D" />}
        style={{ width: 230 }}
        data-testid="dial-number"
      />
      <Button
        type="primary"
        icon={<PhoneOutlined />}
        disabled={!written || socket !== "open"}
        loading={busy === "call"}
        onClick={call}
        data-testid="dial"
      >
        {t("dial")}
      </Button>
    </div>
  );
}
