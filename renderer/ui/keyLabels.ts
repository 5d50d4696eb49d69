const APPLE: Readonly<Record<string, string>> = {
  Mod: "⌘",
  Ctrl: "⌃",
  Alt: "⌥",
  Shift: "⇧",
  Enter: "↩",
  Backspace: "⌫",
};
const OTHER: Readonly<Record<string, string>> = { Mod: "Ctrl", Ctrl: "Ctrl", Alt: "Alt", Shift: "Shift" };
const ARROWS: Readonly<Record<string, string>> = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };

/** The caps of the keys of a stroke (`Mod-Enter`) or a chord (`d d`), as printed on the reader's keyboard. */
export function keyLabels(keys: string, apple: boolean): readonly string[] {
  return keys.split(" ").flatMap((stroke) =>
    // A hyphen that ends the stroke is the key itself: `Ctrl-Shift--`.
    stroke.split(/-(?!$)/).map((key) => {
      const named = (apple ? APPLE : OTHER)[key] ?? ARROWS[key];
      if (named !== undefined) return named;
      return key.length === 1 ? key.toUpperCase() : key;
    }),
  );
}

export function isApple(): boolean {
  return typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);
}
