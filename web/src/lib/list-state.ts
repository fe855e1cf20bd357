/* Filters, page and order of a list, kept in the address: a list can be shared, reloaded and gone back to. */
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

export interface ListState {
  /** What is sent to the server: filters, page, page_size, sort. */
  query: Record<string, string>;
  value: (name: string) => string | undefined;
  /** Changes filters (undefined removes one) and goes back to the first page unless `page` is given. */
  set: (change: Record<string, string | number | undefined>) => void;
  page: number;
  pageSize: number;
}

export const PAGE_SIZE = 20;

/** `names` are the filters of this list; `defaults` apply while the address does not say otherwise. */
export function useListState(names: readonly string[], defaults: Record<string, string> = {}): ListState {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  const fallback = JSON.stringify(defaults);
  const key = names.join(",");
  const query = useMemo(() => {
    const params = new URLSearchParams(text);
    const given = JSON.parse(fallback) as Record<string, string>;
    const result: Record<string, string> = {
      page: params.get("page") ?? "1",
      page_size: params.get("page_size") ?? String(PAGE_SIZE),
    };
    for (const name of [...key.split(","), "sort"]) {
      const value = params.get(name) ?? given[name];
      if (value) result[name] = value;
    }
    return result;
  }, [text, fallback, key]);
  const set = useCallback(
    (change: Record<string, string | number | undefined>) =>
      setSearch(
        (before) => {
          const next = new URLSearchParams(before);
          if (!("page" in change)) next.delete("page");
          for (const [name, value] of Object.entries(change)) {
            if (value === undefined || value === "") {
              // A default that was taken away must stay away: kept as an empty value.
              if (name in (JSON.parse(fallback) as object)) next.set(name, "");
              else next.delete(name);
            } else next.set(name, String(value));
          }
          return next;
        },
        { replace: true },
      ),
    [setSearch, fallback],
  );
  return {
    query,
    set,
    value: (name) => query[name],
    page: Number(query["page"]),
    pageSize: Number(query["page_size"]),
  };
}
