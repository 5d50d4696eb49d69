import { Suspense, useEffect, type ReactElement, type ReactNode } from "react";
import { useReadable } from "../../state/useReadable.ts";
import { missingParts, partMissed } from "./loadPart.ts";

interface OverlayProps {
  /** Closes it. Called when it cannot be shown: opened by itself later, it would take the keyboard from who writes by then. */
  readonly onMissing: () => void;
  readonly children: ReactNode;
}

/** Around a menu or a dialog that may have to be loaded first. */
export function Overlay({ onMissing, children }: OverlayProps): ReactElement {
  return <Suspense fallback={<Waiting onMissing={onMissing} />}>{children}</Suspense>;
}

function Waiting({ onMissing }: Pick<OverlayProps, "onMissing">): undefined {
  const missing = useReadable(missingParts) > 0;
  useEffect(() => {
    if (!missing) return;
    partMissed.emit(undefined);
    onMissing();
  }, [missing, onMissing]);
}
