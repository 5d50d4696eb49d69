import type { ReactElement } from "react";
import { isApple, keyLabels } from "./keyLabels.ts";

/** A key stroke such as `Mod-Shift-p`, or a chord such as `d d`, as keys to look at. */
export function Keys({ keys }: { readonly keys: string }): ReactElement {
  return (
    <span className="keys">
      {keyLabels(keys, isApple()).map((label, index) => (
        <kbd key={index}>{label}</kbd>
      ))}
    </span>
  );
}
