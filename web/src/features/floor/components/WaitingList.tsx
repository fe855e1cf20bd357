import { Tag } from "antd";
import { useText } from "@/lib/text";
import type { FloorWaiting } from "@/lib/seat/frames";
import { ACTS, type ActName } from "@/features/floor/acts";
import { messages } from "@/features/floor/messages";
import styles from "./Floor.module.css";
import { Ticking } from "./Ticking";

const LONG_S = 30;

interface Props {
  calls: FloorWaiting[];
  me: string;
  acting: boolean;
  onAct: (name: ActName, waiting: FloorWaiting) => void;
}

/** Every call that waits, the longest first. */
export function WaitingList({ calls, me, acting, onAct }: Props) {
  const t = useText(messages);
  return (
    <section className={`panel ${styles.waiting}`} data-testid="floor-waiting">
      <h2>
        {t("waitingCalls")} <span className="numbers">{calls.length}</span>
      </h2>
      <div className={styles.calls}>
        {calls.length === 0 && <p className={styles.nothing}>{t("noWaiting")}</p>}
        {calls.map((one) => (
          <div key={one.contact} className={styles.caller} data-testid="waiting-call" data-contact={one.contact}>
            <div className={styles.line}>
              <b className="numbers">{one.number || t("unknownNumber")}</b>
              {one.vip && <Tag color="gold">VIP</Tag>}
              {one.state === "ringing" && <Tag color="blue">{t("callRinging")}</Tag>}
              {one.state === "message" && <Tag color="purple">{t("leavesMessage")}</Tag>}
              {one.state === "announcing" && <Tag>{t("callAnnouncing")}</Tag>}
              <span className="grow" />
              <Ticking since={one.since} long={LONG_S} />
            </div>
            <div className={styles.line}>
              <span className="quiet small ellipsis">{one.queue_name}</span>
              <span className="grow" />
              <span className={styles.acts}>
                {acting &&
                  ACTS.filter((act) => act.fits({ row: null, waiting: one }, me)).map((act) => (
                    <button
                      key={act.name}
                      type="button"
                      title={t(act.name)}
                      onClick={() => onAct(act.name, one)}
                      data-danger={act.danger ?? false}
                      data-testid={`act-${act.name}`}
                    >
                      {act.icon}
                      <span className={styles.word}>{t(act.name)}</span>
                    </button>
                  ))}
              </span>
            </div>
          </div>
        ))}
      </div>
    </section>
  );
}
