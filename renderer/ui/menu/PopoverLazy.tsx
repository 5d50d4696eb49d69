import type { ReactElement } from "react";
import type { PopoverBoxProps } from "./PopoverBox.tsx";
import { lazyPart } from "../parts/lazyPart.ts";
import { Overlay } from "../parts/Overlay.tsx";

const PopoverBox = lazyPart(async () => (await import("./PopoverBox.tsx")).PopoverBox);

/** A small box beside the button that opened it. Mounted while it is open. */
export function PopoverLazy(props: PopoverBoxProps): ReactElement {
  return (
    <Overlay onMissing={props.onClose}>
      <PopoverBox {...props} />
    </Overlay>
  );
}
