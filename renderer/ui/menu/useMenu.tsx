import { useCallback, useEffect, useRef, useState, type ReactElement, type RefObject } from "react";
import { lazyPart } from "../parts/lazyPart.ts";
import { Overlay } from "../parts/Overlay.tsx";
import type { MenuEntry } from "./menuEntry.ts";

const MenuPopover = lazyPart(async () => (await import("./MenuPopover.tsx")).MenuPopover);

export interface MenuOptions {
  readonly label: string;
  /** Called when the menu opens, so that nothing is computed for menus that stay closed. */
  readonly entries: () => readonly MenuEntry[];
  /** Where the keyboard goes when the menu closes; to the button, if not said. */
  readonly onClosed?: (() => void) | undefined;
}

export interface OpenableMenu {
  /** What the button has to have. */
  readonly button: {
    readonly ref: RefObject<HTMLButtonElement | null>;
    readonly "aria-haspopup": "menu";
    readonly "aria-expanded": boolean;
    readonly onClick: () => void;
  };
  readonly menu: ReactElement | undefined;
}

/** A menu that a button opens and closes. */
export function useMenu({ label, entries, onClosed }: MenuOptions): OpenableMenu {
  const trigger = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState<readonly MenuEntry[]>();
  const left = useRef<(() => void) | undefined>(undefined);
  const close = useCallback(() => {
    left.current = onClosed ?? (() => trigger.current?.focus());
    setOpen(undefined);
  }, [onClosed]);
  useEffect(() => {
    if (open !== undefined || left.current === undefined) return;
    // While it is there a menu keeps the keyboard, and when it goes it gives it back to the button, in the next frame.
    requestAnimationFrame(left.current);
    left.current = undefined;
  }, [open]);
  return {
    button: {
      ref: trigger,
      "aria-haspopup": "menu",
      "aria-expanded": open !== undefined,
      onClick: () => setOpen(open === undefined ? entries() : undefined),
    },
    menu: open && (
      <Overlay onMissing={close}>
        <MenuPopover trigger={trigger} label={label} entries={open} onClose={close} />
      </Overlay>
    ),
  };
}
