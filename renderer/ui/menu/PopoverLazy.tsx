import { lazy, Suspense, type ReactElement } from "react";
import type { PopoverBoxProps } from "./PopoverBox.tsx";

const PopoverBox = lazy(() => import("./PopoverBox.tsx").then((file) => ({ default: file.PopoverBox })));

/** A small box beside the button that opened it. Mounted while it is open. */
export function PopoverLazy(props: PopoverBoxProps): ReactElement {
  return (
    <Suspense>
      <PopoverBox {...props} />
    </Suspense>
  );
}
