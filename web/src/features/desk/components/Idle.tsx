import { Alert, Button, Descriptions, Typography } from "antd";
import { CoffeeOutlined, CustomerServiceOutlined } from "@ant-design/icons";
import { SoundCheck } from "@/components/seat/SoundCheck";
import { Kbd } from "@/components/Kbd";
import { useText } from "@/lib/text";
import { useOnline } from "@/lib/use-online";
import { messages } from "@/features/desk/messages";
import { useCommand, useDesk, useDeskView } from "@/lib/seat/desk-context";
import { DialBox } from "./DialBox";
import styles from "./Idle.module.css";

function SipAccountCard() {
  const t = useText(messages);
  const { sipAccount } = useDeskView();
  if (!sipAccount) return null;
  const server = sipAccount.port ? `${sipAccount.domain}:${sipAccount.port}` : sipAccount.domain;
  const copy = (text: string) => <Typography.Text copyable>{text}</Typography.Text>;
  return (
    <div className="panel" style={{ padding: 16 }} data-testid="sip-account">
      <Descriptions
        size="small"
        column={3}
        title={t("sipAccount")}
        items={[
          { key: "server", label: t("sipServer"), children: copy(server) },
          { key: "user", label: t("sipUser"), children: copy(sipAccount.user) },
          { key: "password", label: t("sipPassword"), children: copy(sipAccount.password) },
        ]}
      />
      <span className="quiet small">{t("sipHint")}</span>
    </div>
  );
}

/** Between calls. */
export function Idle() {
  const t = useText(messages);
  const desk = useDesk();
  const { agent } = useDeskView();
  const { busy, run } = useCommand();
  const isReady = agent?.state === "ready" || agent?.state === "offered";
  const keys = [
    ["F2", "answer"],
    ["F4", "hangUp"],
    ["F8", "mute"],
    ["F9", "hold"],
    ["Alt+T", "transfer"],
    ["Alt+C", "consult"],
    ["Alt+K", "keypad"],
    ["F10", "pauseRecording"],
    ["Alt+H", "help"],
    ["Alt+D", "dial"],
  ] as const;
  return (
    <>
      <section className={styles.idle} data-testid="idle">
        <div className={styles.mark} data-ready={isReady}>
          {isReady ? <CustomerServiceOutlined /> : <CoffeeOutlined />}
        </div>
        <div className="grow">
          <h1>{t(isReady ? "idleReady" : "idleNotReady")}</h1>
          <span className="quiet">{t(isReady ? "idleReadyHint" : "idleNotReadyHint")}</span>
        </div>
        <DialBox />
        {!isReady && agent?.phone === "browser" && <SoundCheck />}
        {!isReady && (
          <Button
            type="primary"
            size="large"
            loading={busy === "ready"}
            onClick={() => void run("ready", () => desk.ready())}
          >
            {t("goReady")}
          </Button>
        )}
        {isReady && (
          <div className={styles.keys}>
            {keys.map(([combination, label]) => (
              <span key={combination}>
                {t(label)}
                <Kbd keys={combination} />
              </span>
            ))}
          </div>
        )}
      </section>
      <SipAccountCard />
    </>
  );
}

/** Faults and warnings that an agent must see. */
export function DeskAlerts() {
  const t = useText(messages);
  const desk = useDesk();
  const { socket, audible, agent, phone } = useDeskView();
  const seated = !!agent && agent.state !== "signed_out";
  const online = useOnline();
  return (
    <>
      {!online && <Alert type="error" banner showIcon title={t("offline")} data-testid="desk-offline" />}
      {online && socket === "connecting" && (
        <Alert type="warning" banner showIcon title={t("disconnected")} data-testid="desk-disconnected" />
      )}
      {seated && agent.phone === "browser" && phone.status === "refused" && (
        <Alert type="error" banner showIcon title={t("phoneLost")} />
      )}
      {seated && !audible && (
        <Alert
          type="info"
          banner
          showIcon
          title={t("soundBlocked")}
          action={
            <Button size="small" onClick={() => desk.unlockSound()}>
              OK
            </Button>
          }
        />
      )}
    </>
  );
}
