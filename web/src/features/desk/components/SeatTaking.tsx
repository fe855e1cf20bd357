import { Button, Card, Radio } from "antd";
import { AudioOutlined, HomeOutlined, PhoneOutlined } from "@ant-design/icons";
import { useState } from "react";
import { Kbd } from "@/components/Kbd";
import { useShortcuts } from "@/lib/keyboard";
import { useText } from "@/lib/text";
import { messages } from "@/features/desk/messages";
import { useCommand, useDesk, useDeskView } from "@/lib/seat/desk-context";
import type { PhoneKind } from "@/lib/seat/frames";
import { SoundCheck } from "@/components/seat/SoundCheck";
import { MicrophoneFault } from "@/components/seat/MicrophoneFault";
import styles from "./SeatTaking.module.css";

const CHOICE = "zuoxi.phone";

/** The start of the day: which phone, then the seat. */
export function SeatTaking() {
  const t = useText(messages);
  const desk = useDesk();
  const { fault, socket, agent } = useDeskView();
  const { busy, run } = useCommand();
  const telephone = agent?.telephone;
  const [chosen, setKind] = useState<PhoneKind>(
    () => (["sip", "number"] as const).find((each) => each === localStorage.getItem(CHOICE)) ?? "browser",
  );
  const kind = chosen === "number" && !telephone ? "browser" : chosen;
  const take = () => {
    localStorage.setItem(CHOICE, kind);
    void run("take_seat", () => desk.takeSeat(kind));
  };
  useShortcuts({ Enter: take });
  return (
    <div className={styles.page}>
      <Card className={styles.card} data-testid="seat-taking">
        <h1>{t("seatTitle")}</h1>
        <p className="quiet">{t("seatHint")}</p>
        <Radio.Group
          value={kind}
          onChange={(event) => setKind(event.target.value as PhoneKind)}
          className={styles.choices}
        >
          <Radio value="browser" className={styles.choice} data-testid="seat-browser">
            <AudioOutlined /> <b>{t("seatBrowser")}</b>
            <div className="quiet small">{t("seatBrowserHint")}</div>
          </Radio>
          <Radio value="sip" className={styles.choice} data-testid="seat-sip">
            <PhoneOutlined /> <b>{t("seatSip")}</b>
            <div className="quiet small">{t("seatSipHint")}</div>
          </Radio>
          {telephone && (
            <Radio value="number" className={styles.choice} data-testid="seat-number">
              <HomeOutlined /> <b>{t("seatNumber")}</b> <span className="numbers">{telephone}</span>
              <div className="quiet small">{t("seatNumberHint")}</div>
            </Radio>
          )}
        </Radio.Group>
        <MicrophoneFault fault={kind === "browser" ? fault : null} onRetry={take} />
        <Button
          type="primary"
          size="large"
          block
          onClick={take}
          loading={busy === "take_seat"}
          disabled={socket !== "open"}
          data-testid="take-seat"
        >
          {t("takeSeat")}
          <Kbd keys="Enter" />
        </Button>
        {kind === "browser" && <SoundCheck />}
      </Card>
    </div>
  );
}
