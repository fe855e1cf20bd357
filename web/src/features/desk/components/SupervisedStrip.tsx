import { EyeOutlined } from "@ant-design/icons";
import { useText } from "@/lib/text";
import type { Supervisor } from "@/lib/seat/frames";
import { messages } from "@/features/desk/messages";
import styles from "./ConsultBar.module.css";

/** Who listens to or takes part in this call; only where the setting says that agents are told. */
export function SupervisedStrip({ supervisors }: { supervisors: Supervisor[] }) {
  const t = useText(messages);
  return supervisors.map((one) => (
    <div key={one.agent} className={styles.supervised} data-mode={one.mode} data-testid="supervised">
      <EyeOutlined /> {t(`supervised_${one.mode}`, { name: one.name ?? t("supervisor") })}
    </div>
  ));
}
