import { X } from "lucide-react";
import { useEffect, useRef, type ReactElement, type ReactNode } from "react";
import { IconButton } from "./IconButton.tsx";

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly className?: string;
  /** Without its bar: the content brings a heading of its own. */
  readonly bare?: boolean;
}

/**
 * A modal dialog. The browser's own element keeps the focus inside, closes on Escape and gives the focus back. The keyboard
 * begins at what has `data-first`, the field that the dialog was opened for; else where the browser says.
 */
export function Dialog({ title, onClose, children, className = "", bare = false }: DialogProps): ReactElement {
  const ref = useRef<HTMLDialogElement>(null);
  const before = useRef<Element>(undefined);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    before.current ??= document.activeElement ?? undefined;
    if (!dialog.open) dialog.showModal();
    dialog.querySelector<HTMLElement>("[data-first]")?.focus();
    const outside = (event: MouseEvent): void => {
      if (event.target === dialog && !inside(dialog, event)) dialog.close();
    };
    dialog.addEventListener("mousedown", outside);
    return () => {
      dialog.removeEventListener("mousedown", outside);
      // The browser gives the focus back only to dialogs that are closed before they are removed.
      if (!dialog.isConnected && before.current instanceof HTMLElement) before.current.focus();
    };
  }, []);
  return (
    <dialog ref={ref} className={`dialog ${className}`} aria-label={title} onClose={onClose}>
      {!bare && (
        <header className="dialog__head">
          <h2>{title}</h2>
          <IconButton icon={X} label="Close" small onClick={onClose} />
        </header>
      )}
      {children}
    </dialog>
  );
}

function inside(element: HTMLElement, event: MouseEvent): boolean {
  const box = element.getBoundingClientRect();
  const { clientX: x, clientY: y } = event;
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
}
