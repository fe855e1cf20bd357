import { Tabs } from "antd";
import type { ReactNode } from "react";
import { useSearchParams } from "react-router";
import { PageFrame } from "@/components/PageFrame";
import { useText } from "@/lib/text";
import { messages } from "@/features/dispatch/messages";
import { Couriers } from "./Couriers";
import { ImportResults } from "./ImportResults";
import { Manifests } from "./Manifests";
import { ToLabel } from "./ToLabel";
import { Waybills } from "./Waybills";
import styles from "./Dispatch.module.css";

/** The warehouse's day in order: audit, waybills, labels, hand-over, results. */
export function Dispatch({ review }: { review: ReactNode }) {
  const t = useText(messages);
  const [search, setSearch] = useSearchParams();
  const go = (tab: string) => setSearch({ tab }, { replace: true });
  return (
    <PageFrame title={t("title")} testid="dispatch" fill>
      <Tabs
        className={styles.tabs ?? ""}
        activeKey={search.get("tab") ?? "review"}
        onChange={go}
        destroyOnHidden
        items={[
          { key: "review", label: t("review"), children: review },
          { key: "to-label", label: t("toLabel"), children: <ToLabel onMade={() => go("waybills")} /> },
          { key: "waybills", label: t("waybills"), children: <Waybills onHandedOver={() => go("manifests")} /> },
          { key: "manifests", label: t("manifests"), children: <Manifests /> },
          { key: "import", label: t("importTab"), children: <ImportResults /> },
          { key: "couriers", label: t("couriers"), children: <Couriers /> },
        ]}
      />
    </PageFrame>
  );
}
