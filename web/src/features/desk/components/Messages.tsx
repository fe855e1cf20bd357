import { Button } from "antd";
import { MessageFilled } from "@ant-design/icons";
import { Kbd } from "@/components/Kbd";
import { useShortcuts } from "@/lib/keyboard";
import { useDesk, useDeskView } from "@/lib/seat/desk-context";
import { useText } from "@/lib/text";
import { shortTime } from "@/lib/time";
import { messages } from "@/features/desk/messages";
import styles from "./Messages.module.css";

/** What supervisors wrote: each stays until it has been read, on every page. */
export function Messages() {
  const t = useText(messages);
  const desk = useDesk();
  const unread = useDeskView().messages;
  const first = unread[0]?.id;
  useShortcuts({ "Alt+Y": first !== undefined && (() => desk.read(first)) });
  if (unread.length === 0) return null;
  return (
    <aside className={styles.pile} aria-live="assertive">
      {unread.map((one, index) => (
        <section key={one.id} className={styles.card} data-testid="message" role="alert">
          <div className={styles.head}>
            <MessageFilled />
            <b>{t("messageFrom", { name: one.from_name })}</b>
            <span className="grow" />
            <span className="numbers">{shortTime(one.at)}</span>
          </div>
          <p data-testid="message-body">{one.text}</p>
          <Button
            size="small"
            type={index === 0 ? "primary" : "default"}
            onClick={() => one.id && desk.read(one.id)}
            data-testid="message-read"
          >
            {t("messageRead")}
            {index === 0 && <Kbd keys="Alt+Y" />}
          </Button>
        </section>
      ))}
    </aside>
  );
}
