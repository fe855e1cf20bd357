import type { ReactNode } from "react";
import { LanguageSwitch } from "@/components/LanguageSwitch";
import { useText } from "@/lib/text";
import { messages } from "@/features/sign-in/messages";
import styles from "./Welcome.module.css";

/** The frame of the pages before sign-in. */
export function Welcome({ title, children }: { title: string; children: ReactNode }) {
  const t = useText(messages);
  return (
    <div className={styles.page}>
      <aside className={styles.story}>
        <div className={styles.brand}>
          <img src="/favicon.svg" alt="" />
          坐席 Zuoxi
        </div>
        <div>
          <p className={styles.slogan}>{t("slogan")}</p>
          <ul className={styles.points}>
            <li>{t("point1")}</li>
            <li>{t("point2")}</li>
            <li>{t("point3")}</li>
          </ul>
        </div>
        <span />
      </aside>
      <main className={styles.side}>
        <div className={styles.tools}>
          <LanguageSwitch />
        </div>
        <div className={styles.form}>
          <h1>{title}</h1>
          {children}
        </div>
      </main>
    </div>
  );
}
