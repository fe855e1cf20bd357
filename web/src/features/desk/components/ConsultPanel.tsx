import { TargetPicker } from "@/components/seat/TargetPicker";
import { messages } from "@/features/desk/messages";
import { useCommand, useDesk, useDeskView } from "@/lib/seat/desk-context";
import { useText } from "@/lib/text";

interface Props {
  contact: string;
  open: boolean;
  onClose: () => void;
}

/** Asks a colleague who is free, or an outside number; the caller hears music meanwhile. */
export function ConsultPanel({ contact, open, onClose }: Props) {
  const t = useText(messages);
  const desk = useDesk();
  const { agents, agent } = useDeskView();
  const { busy, run } = useCommand();
  return (
    <TargetPicker
      open={open}
      onClose={onClose}
      title={t("consultWhom")}
      testid="consult"
      agents={agents.filter(({ id }) => id !== agent?.id)}
      numbers
      onlyReady
      busy={busy !== null}
      onChoose={({ args }) =>
        void run("consult", () => desk.command("consult", { contact, ...args })).then((done) => done && onClose())
      }
    />
  );
}
