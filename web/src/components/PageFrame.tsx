import type { ReactNode } from "react";
import styles from "./PageFrame.module.css";

interface Props {
  title: ReactNode;
  /** Filters beside the title. */
  filters?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** Takes exactly the height of the window: the parts inside scroll. */
  fill?: boolean;
  testid?: string;
}

/** A page: title, filters, actions, content. */
export function PageFrame({ title, filters, actions, children, fill, testid }: Props) {
  return (
    <div className={fill ? `${styles.page} ${styles.fill}` : styles.page} data-testid={testid}>
      <div className={styles.head}>
        <h1>{title}</h1>
        <div className={styles.filters}>{filters}</div>
        <span className="grow" />
        {actions}
      </div>
      {children}
    </div>
  );
}
