import { useEffect, useState } from "react";
import { Tooltip } from "antd";
import { fill, useLanguage, useText } from "@/lib/text";
import { groups, kindOf, kindsOf } from "@/features/flows/kinds";
import { messages } from "@/features/flows/messages";
import styles from "./Canvas.module.css";

interface Drag {
  kind: string;
  x: number;
  y: number;
  moved: boolean;
}

interface Props {
  /** Dropped at this place of the window; null when it was clicked, not dragged. */
  onTake: (kind: string, at: { x: number; y: number } | null) => void;
}

function Tool({ kind }: { kind: string }) {
  const { locale } = useLanguage();
  const { icon, colour, label } = kindOf(kind);
  return (
    <>
      <span className={styles.icon} style={{ background: colour }}>
        {icon}
      </span>
      <span>{fill(label, locale)}</span>
    </>
  );
}

/** The kinds of steps: dragged onto the canvas with mouse or finger, or put there by a click or the keyboard. */
export function Palette({ onTake }: Props) {
  const t = useText(messages);
  const { locale } = useLanguage();
  const [drag, setDrag] = useState<Drag | null>(null);
  const kind = drag?.kind;
  useEffect(() => {
    if (kind === undefined) return;
    let moved = false;
    const move = ({ clientX: x, clientY: y }: PointerEvent) => {
      moved = true;
      setDrag({ kind, x, y, moved });
    };
    const drop = ({ clientX: x, clientY: y }: PointerEvent) => {
      setDrag(null);
      if (moved) onTake(kind, { x, y });
    };
    const stop = () => setDrag(null);
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", drop);
    window.addEventListener("pointercancel", stop);
    return () => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", drop);
      window.removeEventListener("pointercancel", stop);
    };
  }, [kind, onTake]);
  return (
    <div className={styles.palette} data-testid="palette">
      {groups.map((group) => (
        <div key={group}>
          <h3>{t(`group_${group}`)}</h3>
          {kindsOf(group).map((kind) => (
            <Tooltip key={kind} title={fill(kindOf(kind).hint, locale)} placement="right" mouseEnterDelay={0.5}>
              <button
                type="button"
                className={styles.tool}
                data-testid={`tool-${kind}`}
                aria-label={fill(kindOf(kind).label, locale)}
                onPointerDown={(event) => {
                  if (event.button !== 0) return;
                  setDrag({ kind, x: event.clientX, y: event.clientY, moved: false });
                }}
                onClick={() => onTake(kind, null)}
              >
                <Tool kind={kind} />
              </button>
            </Tooltip>
          ))}
        </div>
      ))}
      {drag?.moved && (
        <div className={`${styles.tool} ${styles.ghost}`} style={{ left: drag.x + 6, top: drag.y + 6 }}>
          <Tool kind={drag.kind} />
        </div>
      )}
    </div>
  );
}
