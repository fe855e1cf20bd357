import { Button, Result, Spin } from "antd";
import { FullscreenExitOutlined, FullscreenOutlined } from "@ant-design/icons";
import { useEffect, useRef, useState } from "react";
import type { Schema } from "@/api/client";
import { common } from "@/lib/common-messages";
import { useFeed } from "@/lib/live-feed";
import { useText } from "@/lib/text";
import { clock, moment } from "@/lib/time";
import { useNow } from "@/lib/use-now";
import { messages } from "@/features/wallboard/messages";
import styles from "./Wallboard.module.css";

type Board = Schema["WallboardOut"];
type Counts = Schema["Counts"];

const LONG_S = 30;
const TOO_LONG_S = 60;
const GOOD = 0.8;
const FAIR = 0.6;

const share = (value: number | null) => (value === null ? "—" : `${Math.round(value * 100)}%`);
const grade = (value: number | null) =>
  value === null ? "" : value >= GOOD ? styles.good : value >= FAIR ? styles.warn : styles.bad;

/** The longest wait now: the server's figure, counted on by ourselves between two pushes. */
function longest(counts: Counts, now: number): number {
  const since = moment(counts.waiting_since);
  return since === null ? 0 : Math.max(0, (now - since) / 1000);
}

function Tile({
  name,
  figure,
  alarm,
  warn,
  testid,
}: {
  name: string;
  figure: string | number;
  alarm?: boolean;
  warn?: boolean;
  testid: string;
}) {
  return (
    <div className={styles.tile} data-alarm={alarm ?? false} data-warn={warn ?? false}>
      <div className={styles.name}>{name}</div>
      <div className={styles.figure} data-testid={testid}>
        {figure}
      </div>
    </div>
  );
}

function QueueTable({ board, now }: { board: Board; now: number }) {
  const t = useText(messages);
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th>{t("queue")}</th>
          <th>{t("waiting")}</th>
          <th>{t("longest")}</th>
          <th>{t("offered")}</th>
          <th>{t("answered")}</th>
          <th>{t("abandoned")}</th>
          <th>{t("timedOut")}</th>
          <th>{t("answerRate")}</th>
          <th>{t("serviceLevel")}</th>
        </tr>
      </thead>
      <tbody>
        {board.queues.map((queue) => {
          const wait = longest(queue, now);
          return (
            <tr key={queue.id} data-testid="queue-row" data-queue={queue.id}>
              <td>
                {queue.name}
                <small>{t("within", { s: queue.service_level_s })}</small>
              </td>
              <td className={queue.waiting > 0 ? styles.warn : ""} data-testid="queue-waiting">
                {queue.waiting}
              </td>
              <td className={wait >= TOO_LONG_S ? styles.bad : wait >= LONG_S ? styles.warn : ""}>
                {queue.waiting ? clock(wait) : "—"}
              </td>
              <td data-testid="queue-offered">{queue.offered}</td>
              <td data-testid="queue-answered">{queue.answered}</td>
              <td data-testid="queue-abandoned" className={queue.abandoned > 0 ? styles.warn : ""}>
                {queue.abandoned}
              </td>
              <td>{queue.timed_out}</td>
              <td className={grade(queue.answer_rate)}>{share(queue.answer_rate)}</td>
              <td className={grade(queue.service_level)} data-testid="queue-service-level">
                {share(queue.service_level)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function FullScreenButton({ target }: { target: React.RefObject<HTMLDivElement | null> }) {
  const t = useText(messages);
  const [full, setFull] = useState(false);
  useEffect(() => {
    const follow = () => setFull(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", follow);
    return () => document.removeEventListener("fullscreenchange", follow);
  }, []);
  return (
    <Button
      ghost
      icon={full ? <FullscreenExitOutlined /> : <FullscreenOutlined />}
      onClick={() => void (full ? document.exitFullscreen() : target.current?.requestFullscreen())}
      data-testid="full-screen"
    >
      {t(full ? "leaveFullScreen" : "fullScreen")}
    </Button>
  );
}

/** Everybody who is signed in, with how long they have been in their state. */
function Agents({ board, now }: { board: Board; now: number }) {
  const there = board.agent_list.filter(({ state }) => state !== "signed_out");
  if (there.length === 0) return null;
  return (
    <div className={styles.agents} data-testid="agents">
      {there.map((agent) => {
        const since = moment(agent.since);
        const colour = states.find(([state]) => state === agent.state)?.[2];
        return (
          <span
            key={agent.id}
            className={styles.agent}
            style={{ "--c": colour } as React.CSSProperties}
            data-state={agent.state}
          >
            {agent.name} <small>{since === null ? "" : clock((now - since) / 1000)}</small>
          </span>
        );
      })}
    </div>
  );
}

const states = [
  ["ready", "ready", "#34c26e"],
  ["offered", "offeredState", "#4d83ff"],
  ["dialling", "dialling", "#6fb7ff"],
  ["talking", "talking", "#2aa3e6"],
  ["assisting", "assisting", "#3ec5c1"],
  ["wrap_up", "wrap_up", "#a17bea"],
  ["not_ready", "not_ready", "#e8a33a"],
  ["signed_out", "signed_out", "#5d6b88"],
] as const;

/** The floor in big numbers, pushed by the server; read from across the room. */
export function Wallboard() {
  const t = useText(messages);
  const c = useText(common);
  const place = useRef<HTMLDivElement>(null);
  const { value: board, status, at } = useFeed<Board>("/api/live/wallboard");
  const server = moment(board?.at ?? null);
  const now = useNow() + (server !== null && at !== null ? server - at : 0);
  if (status === "refused") return <Result status="403" title={c("notAllowed")} />;
  if (!board)
    return <Spin size="large" description={t("connecting")} style={{ display: "block", marginTop: "20vh" }} />;
  const { total } = board;
  const wait = longest(total, now);
  return (
    <div className={styles.board} ref={place} data-testid="wallboard" data-status={status}>
      <div className={styles.head}>
        <h1>{t("title")}</h1>
        <span className={styles.live} data-status={status}>
          <i /> {t("live")} · {board.day}
        </span>
        {board.served > 0 && <span className={styles.live}>{t("served", { n: board.served })}</span>}
        {board.blocked > 0 && <span className={styles.live}>{t("blocked", { n: board.blocked })}</span>}
        {board.closed > 0 && <span className={styles.live}>{t("closed", { n: board.closed })}</span>}
        <span className="grow" />
        <FullScreenButton target={place} />
      </div>
      {status !== "live" && at !== null && (
        <div className={styles.lost} data-testid="wallboard-lost">
          {t("lost", { time: new Date(at).toLocaleTimeString() })}
        </div>
      )}
      <div className={styles.top}>
        <Tile
          name={t("waiting")}
          figure={total.waiting}
          warn={total.waiting > 0 && wait < TOO_LONG_S}
          alarm={wait >= TOO_LONG_S}
          testid="total-waiting"
        />
        <Tile
          name={t("longest")}
          figure={total.waiting ? clock(wait) : "—"}
          warn={wait >= LONG_S && wait < TOO_LONG_S}
          alarm={wait >= TOO_LONG_S}
          testid="total-longest"
        />
        <Tile name={t("offered")} figure={total.offered} testid="total-offered" />
        <Tile name={t("answered")} figure={total.answered} testid="total-answered" />
        <Tile name={t("abandoned")} figure={total.abandoned} testid="total-abandoned" />
        <Tile
          name={t("serviceLevel")}
          figure={share(total.service_level)}
          alarm={total.service_level !== null && total.service_level < FAIR}
          testid="total-service-level"
        />
      </div>
      <div className={styles.states}>
        {states.map(([state, word, colour]) => (
          <div key={state} className={styles.state} style={{ "--c": colour } as React.CSSProperties}>
            <span>{t(word)}</span>
            <b data-testid={`agents-${state}`}>{board.agents[state] ?? 0}</b>
          </div>
        ))}
      </div>
      <Agents board={board} now={now} />
      {board.queues.length === 0 ? <p>{t("noQueues")}</p> : <QueueTable board={board} now={now} />}
    </div>
  );
}
