import { Tabs } from "antd";
import { useSearchParams } from "react-router";
import { PageFrame } from "@/components/PageFrame";
import { useCan } from "@/lib/session";
import { useText } from "@/lib/text";
import {
  checkMessages,
  evidence,
  holdMessages,
  keyMessages,
  retentionMessages,
  scopeMessages,
} from "@/features/recordings/evidence-messages";
import { Checks } from "./Checks";
import { Holds } from "./Holds";
import { Keys, UnclaimedSound } from "./Keys";
import { RecordingList } from "./RecordingList";
import { RetentionRules } from "./RetentionRules";
import { Scopes } from "./Scopes";

/** Recordings as evidence: finding them, what holds them, how long they stay, whether all agree, by which key. */
export function Recordings() {
  const t = useText(evidence);
  const holds = useText(holdMessages);
  const retention = useText(retentionMessages);
  const checks = useText(checkMessages);
  const keys = useText(keyMessages);
  const scopes = useText(scopeMessages);
  const can = useCan();
  const [search, setSearch] = useSearchParams();
  const any = (...needs: string[]) => needs.some(can);
  const tabs = [
    any("recordings.read", "recordings.read_own") && {
      key: "list",
      label: t(can("recordings.read") ? "list" : "own"),
      children: <RecordingList />,
    },
    any("recordings.hold") && { key: "holds", label: holds("title"), children: <Holds /> },
    any("recordings.manage") && { key: "retention", label: retention("title"), children: <RetentionRules /> },
    any("recordings.manage", "recordings.hold") && { key: "checks", label: checks("title"), children: <Checks /> },
    any("recordings.manage", "installation.manage") && { key: "keys", label: keys("title"), children: <Keys /> },
    any("users.manage") && { key: "scopes", label: scopes("title"), children: <Scopes /> },
    any("installation.manage") && { key: "unclaimed", label: checks("unclaimed"), children: <UnclaimedSound /> },
  ].filter((tab) => tab !== false);
  return (
    <PageFrame title={t("title")} testid="recordings">
      {tabs.length === 1 ? (
        tabs[0]?.children
      ) : (
        <Tabs
          activeKey={search.get("tab") ?? tabs[0]?.key ?? ""}
          onChange={(tab) => setSearch({ tab }, { replace: true })}
          destroyOnHidden
          items={tabs}
        />
      )}
    </PageFrame>
  );
}
