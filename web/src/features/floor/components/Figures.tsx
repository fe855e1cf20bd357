import { useText } from "@/lib/text";
import type { AgentState } from "@/lib/seat/frames";
import { STATES, type Figures as Numbers } from "@/features/floor/floor-rows";
import { messages } from "@/features/floor/messages";
import styles from "./Floor.module.css";
import { Ticking } from "./Ticking";

const LONG_S = 30;

interface Props {
  figures: Numbers;
  chosen: AgentState[];
  onChoose: (states: AgentState[]) => void;
}

/** The floor in numbers; a state's number shows only the agents in it. */
export function Figures({ figures, chosen, onChoose }: Props) {
  const t = useText(messages);
  const toggle = (state: AgentState) =>
    onChoose(chosen.includes(state) ? chosen.filter((one) => one !== state) : [...chosen, state]);
  return (
    <div className={styles.figures} data-testid="figures">
      {STATES.map((state) => (
        <button
          key={state}
          type="button"
          className={styles.figure}
          data-state={state}
          aria-pressed={chosen.includes(state)}
          onClick={() => toggle(state)}
          data-testid={`figure-${state}`}
        >
          <span className={styles.name}>
            <i data-state={state} />
            {t(`state_${state}`)}
          </span>
          <b className="numbers">{figures.states[state]}</b>
        </button>
      ))}
      <div className={styles.figure} data-alarm={figures.waiting > 0} data-testid="figure-waiting">
        <span className={styles.name}>{t("figWaiting")}</span>
        <b className="numbers">{figures.waiting}</b>
      </div>
      <div className={styles.figure} data-testid="figure-longest">
        <span className={styles.name}>{t("figLongest")}</span>
        <b>
          <Ticking since={figures.waitingSince === null ? null : figures.waitingSince / 1000} long={LONG_S} />
        </b>
      </div>
      <div className={styles.figure} data-help={figures.help > 0} data-testid="figure-help">
        <span className={styles.name}>{t("figHelp")}</span>
        <b className="numbers">{figures.help}</b>
      </div>
    </div>
  );
}
