import {
  AudioOutlined,
  CheckOutlined,
  CloseCircleOutlined,
  ClusterOutlined,
  CoffeeOutlined,
  CustomerServiceOutlined,
  ImportOutlined,
  LogoutOutlined,
  MessageOutlined,
  PhoneOutlined,
  PlayCircleOutlined,
  SoundOutlined,
  SwapOutlined,
  TeamOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import type { FloorWaiting } from "@/lib/seat/frames";
import type { Row } from "@/features/floor/floor-rows";

export type ActName =
  | "listen"
  | "whisper"
  | "barge"
  | "take_over"
  | "end"
  | "pick_up"
  | "force_transfer"
  | "force_hang_up"
  | "set_ready"
  | "set_not_ready"
  | "set_signed_out"
  | "answer_help"
  | "move_agent"
  | "message";

/** What is acted on: an agent (with the call in hand), or a call that waits. */
export type Target = { row: Row; waiting: null } | { row: null; waiting: FloorWaiting };

export interface Act {
  name: ActName;
  key: string;
  icon: ReactNode;
  danger?: boolean;
  /** Stands as a button in the row, not only in the menu. */
  inRow?: boolean | ((target: Target) => boolean);
  /** Whether it can be done to this now. `me`: a supervisor does nothing of it to the own seat. */
  fits: (target: Target, me: string) => boolean;
}

const inCall = ({ row }: Target, me: string) => row !== null && row.call !== null && row.id !== me;
const seated = ({ row }: Target, me: string) => row !== null && row.state !== "signed_out" && row.id !== me;
const ringing = ({ row }: Target) => row?.state === "offered" && row.contact !== null;

/** Everything a supervisor does, in the order of the menu. */
export const ACTS: Act[] = [
  { name: "answer_help", key: "H", icon: <CheckOutlined />, inRow: true, fits: ({ row }) => row?.help === true },
  {
    name: "listen",
    key: "L",
    icon: <SoundOutlined />,
    inRow: true,
    fits: (target, me) => inCall(target, me) && target.row?.mine?.mode !== "listen",
  },
  {
    name: "whisper",
    key: "W",
    icon: <AudioOutlined />,
    inRow: true,
    fits: (target, me) => inCall(target, me) && target.row?.mine?.mode !== "whisper",
  },
  {
    name: "barge",
    key: "B",
    icon: <TeamOutlined />,
    inRow: true,
    fits: (target, me) => inCall(target, me) && target.row?.mine?.mode !== "barge",
  },
  { name: "end", key: "E", icon: <CloseCircleOutlined />, inRow: true, fits: ({ row }) => !!row?.mine },
  { name: "take_over", key: "T", icon: <ImportOutlined />, fits: inCall },
  {
    name: "pick_up",
    key: "P",
    icon: <CustomerServiceOutlined />,
    inRow: true,
    fits: (target, me) => target.waiting !== null || (ringing(target) && target.row?.id !== me),
  },
  {
    name: "force_transfer",
    key: "F",
    icon: <SwapOutlined />,
    fits: (target, me) => target.waiting !== null || inCall(target, me),
  },
  {
    name: "force_hang_up",
    key: "X",
    icon: <PhoneOutlined rotate={225} />,
    danger: true,
    fits: (target, me) => target.waiting !== null || inCall(target, me),
  },
  {
    name: "set_ready",
    key: "R",
    icon: <PlayCircleOutlined />,
    fits: (target, me) => seated(target, me) && target.row?.state !== "ready" && target.row?.state !== "offered",
  },
  { name: "set_not_ready", key: "N", icon: <CoffeeOutlined />, fits: seated },
  { name: "set_signed_out", key: "O", icon: <LogoutOutlined />, danger: true, fits: seated },
  {
    name: "move_agent",
    key: "Q",
    icon: <ClusterOutlined />,
    fits: ({ row }, me) => row !== null && row.id !== me,
  },
  { name: "message", key: "M", icon: <MessageOutlined />, inRow: ({ row }) => !row?.call, fits: seated },
];

/** The contact a target is about. */
export function contactOf({ row, waiting }: Target): string | null {
  return waiting?.contact ?? row?.call?.contact ?? row?.contact ?? null;
}

/** What stands as a button beside a target. */
export function buttonsFor(target: Target, me: string): Act[] {
  return ACTS.filter(({ inRow, fits }) => (typeof inRow === "function" ? inRow(target) : inRow) && fits(target, me));
}
