import {
  AppstoreOutlined,
  AudioOutlined,
  AuditOutlined,
  BranchesOutlined,
  CarOutlined,
  CustomerServiceOutlined,
  DashboardOutlined,
  EyeOutlined,
  GiftOutlined,
  HistoryOutlined,
  MobileOutlined,
  PhoneOutlined,
  ProjectOutlined,
  RollbackOutlined,
  BankOutlined,
  SafetyCertificateOutlined,
  SafetyOutlined,
  SettingOutlined,
  ShoppingOutlined,
  SoundOutlined,
  StarOutlined,
  StopOutlined,
  TeamOutlined,
  UserOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import type { messages } from "./messages";

export interface Place {
  path: string;
  label: keyof typeof messages;
  icon: ReactNode;
  /** Any one of these permissions opens the page. */
  needs: string[];
}

/** The pages in the order of the work: call, order, audits, parcel, floor, people, settings. */
export const places: Place[] = [
  { path: "/desk", label: "desk", icon: <CustomerServiceOutlined />, needs: ["desk.use"] },
  { path: "/floor", label: "floor", icon: <EyeOutlined />, needs: ["floor.supervise", "floor.view"] },
  { path: "/returned", label: "returned", icon: <RollbackOutlined />, needs: ["orders.write"] },
  { path: "/orders", label: "orders", icon: <ShoppingOutlined />, needs: ["orders.read"] },
  { path: "/audit", label: "audit", icon: <AuditOutlined />, needs: ["orders.audit"] },
  { path: "/dispatch", label: "dispatch", icon: <CarOutlined />, needs: ["orders.dispatch"] },
  { path: "/customers", label: "customers", icon: <UserOutlined />, needs: ["customers.read"] },
  { path: "/my-calls", label: "myCalls", icon: <MobileOutlined />, needs: ["contacts.read_own"] },
  { path: "/contacts", label: "contacts", icon: <PhoneOutlined />, needs: ["contacts.read", "contacts.read_own"] },
  {
    path: "/recordings",
    label: "recordings",
    icon: <SoundOutlined />,
    needs: ["recordings.read", "recordings.read_own", "installation.manage"],
  },
  { path: "/cases", label: "cases", icon: <StarOutlined />, needs: ["recordings.read", "recordings.read_own"] },
  { path: "/callbacks", label: "callbacks", icon: <HistoryOutlined />, needs: ["callbacks.work"] },
  { path: "/voicemail", label: "voicemail", icon: <AudioOutlined />, needs: ["voicemail.work"] },
  { path: "/caller-rules", label: "callerRules", icon: <StopOutlined />, needs: ["callers.block"] },
  { path: "/wallboard", label: "wallboard", icon: <DashboardOutlined />, needs: ["wallboard.view", "floor.view"] },
  { path: "/catalogue", label: "catalogue", icon: <AppstoreOutlined />, needs: ["catalogue.manage"] },
  { path: "/users", label: "users", icon: <TeamOutlined />, needs: ["users.manage"] },
  { path: "/lines", label: "lines", icon: <SettingOutlined />, needs: ["lines.manage"] },
  { path: "/flows", label: "flows", icon: <BranchesOutlined />, needs: ["flows.view", "flows.manage"] },
  { path: "/draws", label: "draws", icon: <GiftOutlined />, needs: ["draws.view", "draws.manage"] },
  { path: "/projects", label: "projects", icon: <ProjectOutlined />, needs: ["lines.manage"] },
  { path: "/audit-log", label: "auditLog", icon: <SafetyCertificateOutlined />, needs: ["audit.read"] },
  { path: "/protection", label: "protection", icon: <SafetyOutlined />, needs: ["installation.manage"] },
  { path: "/tenants", label: "tenants", icon: <BankOutlined />, needs: ["tenants.manage"] },
];
