/* The kinds of steps: how they look, what they are called, and what a new one begins with. */
import {
  ApartmentOutlined,
  AudioOutlined,
  BranchesOutlined,
  ClockCircleOutlined,
  ControlOutlined,
  NumberOutlined,
  PlayCircleFilled,
  PoweroffOutlined,
  QuestionOutlined,
  ScheduleOutlined,
  SearchOutlined,
  ShareAltOutlined,
  SmileOutlined,
  SoundOutlined,
  TeamOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import type { Text } from "@/lib/text";

export const groups = ["say", "decide", "hand", "end"] as const;
type Group = (typeof groups)[number];

export interface Kind {
  label: Text;
  hint: Text;
  icon: ReactNode;
  colour: string;
  group: Group | null;
  initial: Record<string, unknown>;
}

const SAY = "#2456d6";
const DECIDE = "#7a45d1";
const HAND = "#0b8a8f";
const END = "#5a6780";

const kinds: Record<string, Kind> = {
  start: {
    label: ["开始", "Start"],
    hint: ["来电从这里开始", "Where calls begin"],
    icon: <PlayCircleFilled />,
    colour: "#15924a",
    group: null,
    initial: {},
  },
  prompt: {
    label: ["播放语音", "Prompt"],
    hint: ["播放一段或几段语音", "Says something"],
    icon: <SoundOutlined />,
    colour: SAY,
    group: "say",
    initial: { say: [], barge_in: true },
  },
  menu: {
    label: ["按键菜单", "Menu"],
    hint: ["听完选项后按一个键", "One key chooses the way"],
    icon: <ApartmentOutlined />,
    colour: SAY,
    group: "say",
    initial: { say: [], keys: ["1", "2"], wrong: null, timeout_s: 5, tries: 3, barge_in: true },
  },
  collect: {
    label: ["收号", "Collect digits"],
    hint: ["输入一串数字，并校验", "Several digits, checked"],
    icon: <NumberOutlined />,
    colour: SAY,
    group: "say",
    initial: {
      say: [],
      variable: "digits",
      min_length: 1,
      max_length: 20,
      pattern: "",
      min: null,
      max: null,
      secret: false,
      wrong: null,
      timeout_s: 5,
      digit_timeout_s: 3,
      tries: 3,
      barge_in: true,
    },
  },
  survey: {
    label: ["满意度调查", "Survey"],
    hint: ["一到五个问题，每题按一个键", "One to five questions, one key each"],
    icon: <SmileOutlined />,
    colour: SAY,
    group: "say",
    initial: {
      questions: [{ key: "satisfaction", say: [], min: 1, max: 5 }],
      wrong: null,
      timeout_s: 5,
      tries: 2,
      thanks: [],
    },
  },
  lookup: {
    label: ["查询", "Look-up"],
    hint: ["查订单、客户，或登记抽奖", "Asks for an order, the customer, or enters a draw"],
    icon: <SearchOutlined />,
    colour: DECIDE,
    group: "decide",
    initial: { service: "order_status", arguments: {}, into: "order", say: [] },
  },
  hours: {
    label: ["服务时间", "Hours"],
    hint: ["按营业时间和节假日分开", "Open or closed, holidays included"],
    icon: <ClockCircleOutlined />,
    colour: DECIDE,
    group: "decide",
    initial: { hotline: null },
  },
  branch: {
    label: ["条件分支", "Branch"],
    hint: ["按客户、变量或时间分开", "By the customer, a variable or the time"],
    icon: <BranchesOutlined />,
    colour: DECIDE,
    group: "decide",
    initial: { cases: [{ exit: "vip", when: [{ field: "customer.vip", op: "is", value: true }] }] },
  },
  set: {
    label: ["设置", "Set"],
    hint: ["优先级、技能、变量", "Priority, skill, variables"],
    icon: <ControlOutlined />,
    colour: DECIDE,
    group: "decide",
    initial: { priority: null, skill: null, variables: {} },
  },
  queue: {
    label: ["进入队列", "Queue"],
    hint: ["等待坐席接听", "Waits for an agent"],
    icon: <TeamOutlined />,
    colour: HAND,
    group: "hand",
    initial: { queue: null, skill: null, priority: null },
  },
  voicemail: {
    label: ["语音留言", "Voicemail"],
    hint: ["留言后由坐席处理", "Leaves a message for the agents"],
    icon: <AudioOutlined />,
    colour: HAND,
    group: "hand",
    initial: { queue: null },
  },
  callback: {
    label: ["预约回拨", "Callback"],
    hint: ["挂机后由坐席回拨", "An agent calls back"],
    icon: <ScheduleOutlined />,
    colour: HAND,
    group: "hand",
    initial: { queue: null, number: { variable: "call.number" }, keep_place: false, say: [] },
  },
  transfer_out: {
    label: ["转外线", "Outside number"],
    hint: ["转到外部号码", "Passed on to an outside number"],
    icon: <ShareAltOutlined />,
    colour: HAND,
    group: "hand",
    initial: { number: "", timeout_s: 30, say: [] },
  },
  hang_up: {
    label: ["挂机", "Hang up"],
    hint: ["说完后结束来电", "Says goodbye and ends the call"],
    icon: <PoweroffOutlined />,
    colour: END,
    group: "end",
    initial: { say: [], outcome: "auto" },
  },
};

const unknown: Kind = {
  label: ["未知步骤", "Unknown step"],
  hint: ["本页不认识这种步骤", "This page does not know this kind"],
  icon: <QuestionOutlined />,
  colour: END,
  group: null,
  initial: {},
};

export const kindOf = (kind: string): Kind => kinds[kind] ?? unknown;
export const kindsOf = (group: Group): string[] => Object.keys(kinds).filter((one) => kinds[one]?.group === group);
