import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, App, Button, Popconfirm, Progress, Table, Tag } from "antd";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useCan } from "@/lib/session";
import { useText } from "@/lib/text";
import { dateTime } from "@/lib/time";
import {
  destroyKey,
  keysQuery,
  rotateEverywhere,
  rotateKey,
  unclaimed,
  type Unclaimed,
} from "@/features/recordings/api/recordings";
import { checkMessages, keyMessages } from "@/features/recordings/evidence-messages";

/** The keys that protect recordings, and their change. */
export function Keys() {
  const t = useText(keyMessages);
  const can = useCan();
  const { message } = App.useApp();
  const { data, error, isPending, refetch } = useQuery(keysQuery);
  const done = {
    onSuccess: () => {
      void message.success(t("begun"));
      void refetch();
    },
    onError: (fault: Error) => void message.error(fault.message),
  };
  const rotate = useMutation({ mutationFn: rotateKey, ...done });
  const everywhere = useMutation({ mutationFn: rotateEverywhere, ...done });
  const destroy = useMutation({ mutationFn: destroyKey, ...done, onSuccess: () => void refetch() });
  const running = data?.rotations.find((one) => !one.finished_at);
  return (
    <div className="stack">
      <span className="quiet" style={{ maxWidth: 900 }}>
        {t("hint")}
      </span>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      {data && data.plain > 0 && <Alert type="warning" showIcon title={t("plain", { n: data.plain })} />}
      <div className="row wrap">
        <Popconfirm title={t("rotateAsk")} onConfirm={() => rotate.mutate()} disabled={Boolean(running)}>
          <Button type="primary" disabled={Boolean(running)} loading={rotate.isPending} data-testid="rotate-key">
            {t("rotate")}
          </Button>
        </Popconfirm>
        {can("installation.manage") && (
          <Popconfirm title={t("rotateAsk")} onConfirm={() => everywhere.mutate()}>
            <Button loading={everywhere.isPending}>{t("rotateAll")}</Button>
          </Popconfirm>
        )}
      </div>
      {running && (
        <div data-testid="rotation">
          {t("rotating", { version: running.to_version, done: running.done, total: running.total })}
          <Progress percent={running.total ? Math.floor((running.done / running.total) * 100) : 0} />
        </div>
      )}
      <Table
        className="panel"
        size="middle"
        rowKey="version"
        loading={isPending}
        dataSource={data?.items ?? []}
        pagination={false}
        locale={{ emptyText: t("empty") }}
        columns={[
          {
            title: t("version"),
            dataIndex: "version",
            render: (version: number, row) => (
              <>
                <span className="numbers">{version}</span>{" "}
                {row.current ? <Tag color="green">{t("current")}</Tag> : <Tag>{t("old")}</Tag>}
              </>
            ),
          },
          { title: t("recordings"), dataIndex: "recordings", className: "numbers" },
          {
            key: "destroy",
            title: "",
            width: 160,
            render: (_, row) =>
              !row.current &&
              row.recordings === 0 && (
                <Popconfirm title={t("destroyAsk")} onConfirm={() => destroy.mutate(row.version)}>
                  <Button size="small" danger>
                    {t("destroy")}
                  </Button>
                </Popconfirm>
              ),
          },
        ]}
      />
      <div className="quiet small">
        {data?.rotations
          .filter((one) => one.finished_at)
          .map((one) => (
            <div key={one.id}>
              {t("rotated", { at: dateTime(one.finished_at), version: one.to_version, total: one.total })}
            </div>
          ))}
      </div>
    </div>
  );
}

/** Sound that belongs to no call of any tenant. */
export function UnclaimedSound() {
  const t = useText(checkMessages);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["/api/recordings/unclaimed"],
    queryFn: unclaimed,
  });
  return (
    <div className="stack">
      <span className="quiet">{t("unclaimedHint")}</span>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      <Table<Unclaimed>
        className="panel"
        size="middle"
        rowKey="name"
        loading={isPending}
        dataSource={data?.items ?? []}
        columns={[
          { title: t("name"), dataIndex: "name", className: "numbers" },
          {
            title: t("found"),
            dataIndex: "at",
            render: (at: string) => <span className="numbers">{dateTime(at)}</span>,
          },
          {
            title: t("size"),
            dataIndex: "bytes",
            render: (bytes: number) => <span className="numbers">{(bytes / 1_000_000).toFixed(1)} MB</span>,
          },
          {
            title: t("kind"),
            dataIndex: "finished",
            render: (finished: boolean) => (
              <Tag color={finished ? "default" : "orange"}>{t(finished ? "setAside" : "stuck")}</Tag>
            ),
          },
        ]}
      />
    </div>
  );
}
