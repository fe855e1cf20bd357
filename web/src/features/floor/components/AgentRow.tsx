import { MoreOutlined } from "@ant-design/icons";
import { Tag } from "antd";
import { memo, useEffect, useRef, type MouseEvent } from "react";
import { usePick, useText } from "@/lib/text";
import { clock } from "@/lib/time";
import type { Choice } from "@/lib/seat/frames";
import { buttonsFor, type ActName } from "@/features/floor/acts";
import type { Row } from "@/features/floor/floor-rows";
import { messages } from "@/features/floor/messages";
import styles from "./Floor.module.css";
import { BreakLimit, Ticking } from "./Ticking";

export interface RowActions {
  onSelect: (id: string) => void;
  onAct: (name: ActName, row: Row) => void;
  onMenu: (row: Row, event: MouseEvent) => void;
}

interface Props extends RowActions {
  row: Row;
  me: string;
  selected: boolean;
  /** Whether this person may supervise. */
  acting: boolean;
  reasons: Choice[];
}

function Phone({ ok }: { ok: boolean | null }) {
  const t = useText(messages);
  const words = ok === null ? "phoneNone" : ok ? "phoneOk" : "phoneAway";
  return (
    <i
      className={styles.phone}
      role="img"
      data-testid="row-phone"
      data-ok={String(ok)}
      title={t(words)}
      aria-label={t(words)}
    />
  );
}

function CallCell({ row }: { row: Row }) {
  const t = useText(messages);
  const { call, mine } = row;
  if (!call) return <span className="quiet">—</span>;
  const asked = call.consult;
  return (
    <span className={styles.call}>
      <span className="numbers" data-testid="row-number">
        {call.number || t("unknownNumber")}
      </span>
      {call.vip && <Tag color="gold">VIP</Tag>}
      {(["caller", "agent"] as const).map((side) => {
        const sounds = call.quality?.[side];
        return (
          sounds && (
            <Tag
              key={side}
              color={sounds.state === "silent" ? "red" : "orange"}
              data-testid="row-quality"
              data-side={side}
            >
              {t(`quality_${side}_${sounds.state}`)}
            </Tag>
          )
        );
      })}
      {call.recording_paused && (
        <Tag color="gold" data-testid="row-recording-paused">
          {t("recordingPaused")}
        </Tag>
      )}
      {call.held && (
        <Tag color="orange" data-testid="row-held">
          {t("onHold")}
        </Tag>
      )}
      {asked && (
        <Tag color="purple" data-testid="row-consult" data-state={asked.state}>
          {asked.state === "conference"
            ? t("conference")
            : t("consulting", { name: asked.to_name ?? asked.to_number ?? "" })}
        </Tag>
      )}
      {call.supervisors.map((one) => (
        <Tag key={one.agent} color={mine?.agent === one.agent ? "blue" : "default"} data-testid="row-supervisor">
          {t(one.mode)}
          {mine?.agent !== one.agent && one.name ? ` ${one.name}` : ""}
        </Tag>
      ))}
    </span>
  );
}

function AgentRowView({ row, me, selected, acting, reasons, onSelect, onAct, onMenu }: Props) {
  const t = useText(messages);
  const pick = usePick();
  const line = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (selected) line.current?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  const target = { row, waiting: null } as const;
  const reason =
    row.state === "not_ready"
      ? pick(
          reasons.find(({ code }) => code === row.reason),
          row.reason ?? "",
        )
      : "";
  return (
    <tr
      ref={line}
      data-testid="floor-agent"
      data-agent={row.id}
      data-state={row.state}
      data-help={row.help}
      data-mine={row.mine?.mode ?? ""}
      aria-selected={selected}
      onClick={() => onSelect(row.id)}
      onContextMenu={(event) => onMenu(row, event)}
    >
      <td>
        <span className={styles.who}>
          <Phone ok={row.phone_ok} />
          <b>{row.name}</b>
          <span className="quiet numbers">{row.number}</span>
          {row.help && <span className={styles.help}>{t("helpNeeded")}</span>}
        </span>
      </td>
      <td>
        <span className={styles.pill} data-state={row.state}>
          {t(`state_${row.state}`)}
        </span>
        {reason && <span className="quiet small"> {reason}</span>}
        {row.state === "not_ready" && <BreakLimit end={row.break} />}
      </td>
      <td className={styles.right}>{row.state === "signed_out" ? "" : <Ticking since={row.since} />}</td>
      <td>
        <CallCell row={row} />
      </td>
      <td className="ellipsis">{row.call?.queue_name ?? row.call?.line_name}</td>
      <td className={styles.right}>
        <span className="numbers">
          {row.today.answered}
          {row.today.dialled ? ` ↗${row.today.reached ?? 0}/${row.today.dialled}` : ""}
        </span>
      </td>
      <td className={styles.right}>
        <span className="numbers">{clock(row.today.talked_s)}</span>
      </td>
      <td className={styles.last}>
        <span className={styles.acts}>
          {acting &&
            buttonsFor(target, me).map((act) => (
              <button
                key={act.name}
                type="button"
                title={`${t(act.name)} (${act.key})`}
                onClick={(event) => {
                  event.stopPropagation();
                  onSelect(row.id);
                  onAct(act.name, row);
                }}
                data-testid={`act-${act.name}`}
              >
                {act.icon}
                <span className={styles.word}>{t(act.name)}</span>
              </button>
            ))}
          {acting && row.id !== me && row.state !== "signed_out" && (
            <button
              type="button"
              title={t("more")}
              aria-label={t("more")}
              onClick={(event) => onMenu(row, event)}
              data-testid="act-more"
            >
              <MoreOutlined />
            </button>
          )}
        </span>
      </td>
    </tr>
  );
}

/** One agent. Drawn anew only when something of it has changed: the floor comes whole, twice a second. */
export const AgentRow = memo(
  AgentRowView,
  (a, b) =>
    a.selected === b.selected &&
    a.acting === b.acting &&
    a.reasons === b.reasons &&
    a.onAct === b.onAct &&
    a.onMenu === b.onMenu &&
    JSON.stringify(a.row) === JSON.stringify(b.row),
);
