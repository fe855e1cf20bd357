import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Tag } from "antd";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import { endOne, endOthers, sessionsQuery } from "@/features/settings/api/protection";
import { messages } from "@/features/settings/protection-messages";

/** What a browser calls itself, in two words. */
function browserName(text: string): string {
  const kind = /(Edg|OPR|Firefox|Chrome|Safari)\/?/.exec(text)?.[1] ?? "";
  const system = /(Windows|Android|iPhone|iPad|Mac OS|Linux)/.exec(text)?.[1] ?? "";
  return [kind.replace("Edg", "Edge").replace("OPR", "Opera"), system].filter(Boolean).join(" · ") || text.slice(0, 40);
}

/** The browsers in which one is signed in, and signing out of the others. */
export function Sessions() {
  const t = useText(messages);
  const client = useQueryClient();
  const { message } = App.useApp();
  const { data, error, refetch } = useQuery(sessionsQuery);
  const done = {
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: sessionsQuery.queryKey });
      void message.success(t("signedOut"));
    },
    onError: (fault: Error) => void message.error(fault.message),
  };
  const one = useMutation({ mutationFn: endOne, ...done });
  const others = useMutation({ mutationFn: endOthers, ...done });
  const items = data?.items ?? [];
  return (
    <Card
      title={t("sessions")}
      data-testid="own-sessions"
      extra={
        items.length > 1 && (
          <Button size="small" onClick={() => others.mutate()} loading={others.isPending} data-testid="end-others">
            {t("signOutOthers")}
          </Button>
        )
      }
    >
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      {items.map((item) => (
        <div className="row" key={item.id} data-testid="own-session" style={{ padding: "6px 0" }}>
          <div className="grow">
            <div>
              {browserName(item.browser)} <span className="quiet numbers">{item.address}</span>
            </div>
            <div className="quiet">
              {t("seen")} {dateTime(item.seen)}
            </div>
          </div>
          {item.here ? (
            <Tag color="green">{t("here")}</Tag>
          ) : (
            <Button size="small" onClick={() => one.mutate(item.id)}>
              {t("signOutOne")}
            </Button>
          )}
        </div>
      ))}
    </Card>
  );
}
