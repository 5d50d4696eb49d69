import type { LucideIcon } from "lucide-react";
import { lazy, Suspense, useCallback, useRef, useState, type ReactElement } from "react";
import { IconButton } from "../IconButton.tsx";
import type { MenuEntry } from "./menuEntry.ts";

const MenuPopover = lazy(() => import("./MenuPopover.tsx").then((file) => ({ default: file.MenuPopover })));

export interface MenuButtonProps {
  readonly icon: LucideIcon;
  readonly label: string;
  /** Called when the menu opens, so that nothing is computed for menus that stay closed. */
  readonly entries: () => readonly MenuEntry[];
  readonly small?: boolean;
}

/** A button with a menu. */
export function MenuButton({ icon, label, entries, small = false }: MenuButtonProps): ReactElement {
  const trigger = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState<readonly MenuEntry[]>();
  const close = useCallback(() => {
    setOpen(undefined);
    trigger.current?.focus();
  }, []);
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
        <Suspense>
          <MenuPopover trigger={trigger} label={label} entries={open} onClose={close} />
        </Suspense>
      )}
    </>
  );
}
