import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Empty, Table, type TableProps } from "antd";
import type { ReactNode } from "react";
import { call, type Page } from "@/api/client";
import { common } from "@/lib/common-messages";
import type { ListState } from "@/lib/list-state";
import { useText } from "@/lib/text";
import { ErrorNotice } from "./ErrorNotice";

interface Props<T> {
  path: string;
  list: ListState;
  columns: NonNullable<TableProps<T>["columns"]>;
  rowKey?: keyof T & string;
  onOpen?: (row: T) => void;
  empty?: ReactNode;
  rowSelection?: TableProps<T>["rowSelection"];
  /** Fixed filters besides those of the list. */
  fixed?: Record<string, string | undefined>;
  refetchEvery?: number;
  testid?: string;
}

/** A server-side list: pages, sorting (columns with `sorter`), and its empty, loading and error states. */
export function QueryTable<T extends object>({
  path,
  list,
  columns,
  rowKey = "id" as never,
  onOpen,
  empty,
  rowSelection,
  fixed,
  refetchEvery,
  testid,
}: Props<T>) {
  const t = useText(common);
  const query = { ...list.query, ...fixed };
  const { data, error, isFetching, isPending, refetch } = useQuery({
    queryKey: [path, query],
    queryFn: ({ signal }) => call<Page<T>>("GET", path, { query, signal }),
    placeholderData: keepPreviousData,
    ...(refetchEvery && { refetchInterval: refetchEvery }),
  });
  const sort = list.value("sort") ?? "";
  const sorted = columns.map((column) =>
    "dataIndex" in column && column.sorter
      ? {
          ...column,
          sortOrder:
            sort === String(column.dataIndex)
              ? ("ascend" as const)
              : sort === `-${String(column.dataIndex)}`
                ? ("descend" as const)
                : null,
        }
      : column,
  );
  return (
    <>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      <Table<T>
        size="middle"
        data-testid={testid ?? "list"}
        className="panel"
        columns={sorted}
        dataSource={data?.items ?? []}
        rowKey={rowKey}
        loading={isPending || (isFetching && !refetchEvery && data === undefined)}
        {...(rowSelection && {
          rowSelection: { ...rowSelection, getCheckboxProps: () => ({ "data-testid": "select-row" }) as object },
        })}
        scroll={{ x: "max-content" }}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty ?? t("nothing")} /> }}
        onRow={(row) =>
          ({
            "data-testid": "row",
            ...(onOpen && { onClick: () => onOpen(row), style: { cursor: "pointer" } }),
          }) as React.HTMLAttributes<HTMLElement>
        }
        onChange={(_, __, sorter) => {
          const one = Array.isArray(sorter) ? sorter[0] : sorter;
          const field = one?.field === undefined ? "" : String(one.field);
          const wanted = one?.order ? `${one.order === "descend" ? "-" : ""}${field}` : undefined;
          if (wanted !== (sort || undefined)) list.set({ sort: wanted });
        }}
        pagination={{
          current: list.page,
          pageSize: list.pageSize,
          total: data?.total ?? 0,
          showSizeChanger: true,
          showTotal: (n) => t("total", { n }),
          hideOnSinglePage: (data?.total ?? 0) <= 20,
          onChange: (page, size) => list.set({ page: size === list.pageSize ? page : 1, page_size: size }),
        }}
      />
    </>
  );
}
