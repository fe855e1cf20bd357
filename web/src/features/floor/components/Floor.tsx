import { MessageOutlined, SearchOutlined } from "@ant-design/icons";
import { Button, Dropdown, Input, Select, type InputRef } from "antd";
import { useCallback, useRef, useState, type MouseEvent } from "react";
import { Kbd } from "@/components/Kbd";
import { SeatNotThere } from "@/components/seat/SeatNotThere";
import { Still } from "@/components/Still";
import { PageFrame } from "@/components/PageFrame";
import { useShortcuts } from "@/lib/keyboard";
import { useDeskView } from "@/lib/seat/desk-context";
import { useCan } from "@/lib/session";
import { useText } from "@/lib/text";
import { ACTS, type ActName, type Target } from "@/features/floor/acts";
import {
  arranged,
  figuresOf,
  queueNames,
  rowsOf,
  waitingOf,
  type Filters,
  type Row,
  type Sorting,
} from "@/features/floor/floor-rows";
import { messages } from "@/features/floor/messages";
import { useActs } from "@/features/floor/state/use-acts";
import { useFollowedFloor, useHelpAlarm } from "@/features/floor/state/use-supervision";
import { AgentTable } from "./AgentTable";
import { Figures } from "./Figures";
import styles from "./Floor.module.css";
import { Questions } from "./Questions";
import { SeatStrip } from "./SeatStrip";
import { Clock } from "./Ticking";
import { WaitingList } from "./WaitingList";

interface Menu {
  target: Target;
  x: number;
  y: number;
}

const EMPTY = { agents: [], waiting: [], calls: [], at: null };

/** The supervisor's live floor. */
export function Floor() {
  const t = useText(messages);
  const supervises = useCan()("floor.supervise");
  const { socket, agent, reasons, queues } = useDeskView();
  const followed = useFollowedFloor();
  const acting = useActs();
  const [filters, setFilters] = useState<Filters>({ states: [], queue: null, text: "" });
  const [sorting, setSorting] = useState<Sorting>({ key: "state", down: false });
  const [selected, select] = useState<string | null>(null);
  const [menu, setMenu] = useState<Menu | null>(null);
  const search = useRef<InputRef>(null);
  const floor = followed ?? EMPTY;
  const me = agent?.id ?? "";
  const all = rowsOf(floor, me);
  const rows = arranged(all, filters, sorting);
  const waiting = waitingOf(floor, filters);
  const row = rows.find(({ id }) => id === selected) ?? null;
  useHelpAlarm(all.filter(({ help }) => help).map(({ id }) => id));

  const { act, question } = acting;
  const onAct = useCallback((name: ActName, of: Row) => act(name, { row: of, waiting: null }), [act]);
  const onMenu = useCallback((of: Row, event: MouseEvent) => {
    event.preventDefault();
    event.stopPropagation();
    select(of.id);
    setMenu({ target: { row: of, waiting: null }, x: event.clientX, y: event.clientY });
  }, []);
  const step = (by: number) => {
    const at = rows.findIndex(({ id }) => id === selected);
    const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
    if (next) select(next.id);
  };
  const free = supervises && question === null;
  const first = waiting[0];
  const keys = ACTS.map((one): [string, (() => void) | false] => {
    const target: Target | null = row ? { row, waiting: null } : null;
    if (free && target && one.fits(target, me)) return [one.key, () => act(one.name, target)];
    // with nobody chosen, picking up means the caller who waits longest
    if (free && !row && one.name === "pick_up" && first)
      return [one.key, () => act("pick_up", { row: null, waiting: first })];
    return [one.key, false];
  });
  useShortcuts({
    ArrowDown: question === null && (() => step(1)),
    ArrowUp: question === null && (() => step(-1)),
    "/": () => search.current?.focus(),
    Escape: menu ? () => setMenu(null) : selected !== null && (() => select(null)),
    ...Object.fromEntries(keys),
  });

  if (socket === "replaced" || socket === "refused" || !followed) return <SeatNotThere />;
  return (
    <PageFrame
      title={t("title")}
      fill
      testid="floor"
      filters={
        <>
          <Input
            ref={search}
            allowClear
            prefix={<SearchOutlined />}
            placeholder={t("search")}
            value={filters.text}
            onChange={(event) => setFilters({ ...filters, text: event.target.value })}
            style={{ width: 250 }}
            data-testid="floor-search"
          />
          <Select
            value={filters.queue}
            onChange={(queue) => setFilters({ ...filters, queue })}
            options={[
              { value: null, label: t("allQueues") },
              ...queueNames(floor, queues).map((name) => ({ value: name, label: name })),
            ]}
            style={{ minWidth: 150 }}
            data-testid="floor-queue"
          />
        </>
      }
      actions={
        supervises && (
          <Button
            icon={<MessageOutlined />}
            onClick={() => acting.ask({ act: "message", target: null })}
            data-testid="message-all"
          >
            {t("messageAll")}
          </Button>
        )
      }
    >
      <Clock>
        <SeatStrip acting={supervises} />
        <Figures
          figures={figuresOf(floor)}
          chosen={filters.states}
          onChoose={(states) => setFilters({ ...filters, states })}
        />
        <div className={styles.body}>
          <AgentTable
            rows={rows}
            empty={floor.agents.length === 0}
            me={me}
            selected={selected}
            acting={supervises}
            reasons={reasons}
            sorting={sorting}
            onSort={setSorting}
            onSelect={select}
            onAct={onAct}
            onMenu={onMenu}
          />
          <WaitingList
            calls={waiting}
            me={me}
            acting={supervises}
            onAct={(name, one) => act(name, { row: null, waiting: one })}
          />
        </div>
        {supervises && <div className={styles.keys}>{t("keys")}</div>}
      </Clock>
      {supervises && menu && (
        <Still>
          <Dropdown
            open
            trigger={["click"]}
            onOpenChange={(open) => !open && setMenu(null)}
            menu={{
              items: ACTS.filter((one) => one.fits(menu.target, me)).map((one) => ({
                key: one.name,
                icon: one.icon,
                danger: one.danger ?? false,
                label: (
                  <span className={styles.item} data-testid={`menu-${one.name}`}>
                    {t(one.name)}
                    <Kbd keys={one.key} />
                  </span>
                ),
              })),
              onClick: ({ key }) => {
                setMenu(null);
                act(key as ActName, menu.target);
              },
            }}
          >
            <span key={`${menu.x} ${menu.y}`} className={styles.anchor} style={{ left: menu.x, top: menu.y }} />
          </Dropdown>
        </Still>
      )}
      <Questions acting={acting} />
    </PageFrame>
  );
}
