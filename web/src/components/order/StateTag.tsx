import { Tag } from "antd";
import { orderStateColours, orderStateWords } from "@/lib/order-states";
import { useLabel } from "@/lib/text";

export function StateTag({ state }: { state: string }) {
  const label = useLabel();
  return (
    <Tag color={orderStateColours[state] ?? "default"} data-testid="order-state" data-state={state}>
      {label(orderStateWords, state)}
    </Tag>
  );
}
