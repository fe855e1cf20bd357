import { App } from "antd";
import { TargetPicker, type CallTarget } from "@/components/seat/TargetPicker";
import { messages } from "@/features/desk/messages";
import { useCommand, useDesk, useDeskView } from "@/lib/seat/desk-context";
import { useText } from "@/lib/text";

/** Blind transfer, to an agent, a queue or an outside number. */
export function TransferPanel({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useText(messages);
  const desk = useDesk();
  const { agents, queues, agent } = useDeskView();
  const { message } = App.useApp();
  const { busy, run } = useCommand();
  const transfer = (target: CallTarget) =>
    void run("transfer", () => desk.command("transfer", target.args)).then((done) => {
      if (!done) return;
      void message.success(`${t("transferred")}：${target.title}`);
      onClose();
    });
  return (
    <TargetPicker
      open={open}
      onClose={onClose}
      title={t("transferTo")}
      testid="transfer"
      agents={agents.filter(({ id }) => id !== agent?.id)}
      queues={queues}
      numbers
      busy={busy !== null}
      onChoose={transfer}
    />
  );
}
