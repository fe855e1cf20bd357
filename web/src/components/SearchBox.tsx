import { Input } from "antd";
import type { ListState } from "@/lib/list-state";

/** Free-text filter of a list; Enter searches. */
export function SearchBox({
  list,
  placeholder,
  name = "q",
  width = 240,
}: {
  list: ListState;
  placeholder: string;
  name?: string;
  width?: number;
}) {
  return (
    <Input.Search
      key={list.value(name) ?? ""}
      allowClear
      placeholder={placeholder}
      defaultValue={list.value(name)}
      onSearch={(text) => list.set({ [name]: text.trim() || undefined })}
      style={{ width }}
      data-testid="search"
    />
  );
}
