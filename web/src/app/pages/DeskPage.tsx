import { Spin } from "antd";

export function DeskPage() {
  return <Spin />;
}
