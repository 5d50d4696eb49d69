import type { LucideIcon } from "lucide-react";
import { useCallback, useRef, useState, type ReactElement } from "react";
import { IconButton } from "../IconButton.tsx";
import type { MenuEntry } from "./menuEntry.ts";
import { lazyPart } from "../parts/lazyPart.ts";
import { Overlay } from "../parts/Overlay.tsx";

const MenuPopover = lazyPart(async () => (await import("./MenuPopover.tsx")).MenuPopover);

export interface MenuButtonProps {
  readonly icon: LucideIcon;
  readonly label: string;
  /** Called when the menu opens, so that nothing is computed for menus that stay closed. */
  readonly entries: () => readonly MenuEntry[];
  readonly small?: boolean;
  /** Where the keyboard goes when the menu closes; to the button, if not said. */
  readonly onClosed?: () => void;
}

/** A button with a menu. */
export function MenuButton({ icon, label, entries, small = false, onClosed }: MenuButtonProps): ReactElement {
  const trigger = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState<readonly MenuEntry[]>();
  const close = useCallback(() => {
    setOpen(undefined);
    if (onClosed === undefined) trigger.current?.focus();
    else onClosed();
  }, [onClosed]);
  return (
    <>
      <IconButton
        ref={trigger}
        icon={icon}
        label={label}
        small={small}
        aria-haspopup="menu"
        aria-expanded={open !== undefined}
        onClick={() => setOpen(open === undefined ? entries() : undefined)}
      />
      {open !== undefined && (
        <Overlay onMissing={close}>
          <MenuPopover trigger={trigger} label={label} entries={open} onClose={close} />
        </Overlay>
      )}
    </>
  );
}
