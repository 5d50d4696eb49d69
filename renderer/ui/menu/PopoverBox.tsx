// Loaded when the first popover opens, with the menus.

import type { ReactElement, ReactNode, RefObject } from "react";
import { Dialog } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";

export interface PopoverBoxProps {
  readonly trigger: RefObject<Element | null>;
  readonly label: string;
  readonly onClose: () => void;
  /** The edge of the button it is aligned with. */
  readonly align?: "start" | "end";
  readonly children: ReactNode;
}

export function PopoverBox({ trigger, label, onClose, align = "end", children }: PopoverBoxProps): ReactElement {
  return (
    <Popover
      triggerRef={trigger}
      isOpen
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      placement={`bottom ${align}`}
      offset={6}
      className="popover"
    >
      <Dialog aria-label={label} className="popover__body">
        {children}
      </Dialog>
    </Popover>
  );
}
