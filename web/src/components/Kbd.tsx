/** A key, shown beside what it does. "Mod" reads as Ctrl, or ⌘ on a Mac. */
export function Kbd({ keys }: { keys: string }) {
  const mac = navigator.platform.startsWith("Mac");
  return (
    <kbd>
      {keys
        .replace("Mod", mac ? "⌘" : "Ctrl")
        .replace("Alt", mac ? "⌥" : "Alt")
        .replace("Enter", "↵")}
    </kbd>
  );
}
