import { X } from "lucide-react";
import { useEffect, useState, type ReactElement } from "react";
import { useStore } from "zustand";
import { dismissToast, TOAST_TIME, type Toast, type Toasts } from "../state/toasts.ts";
import { Button } from "./Button.tsx";
import { IconButton } from "./IconButton.tsx";

/** Short messages at the foot of the page. Screen readers hear them, and more, from one region that is always there. */
export function Toaster({ toasts }: { readonly toasts: Toasts }): ReactElement {
  const shown = useStore(toasts, (state) => state.shown);
  const { text, turn } = useStore(toasts, (state) => state.announcement);
  return (
    <>
      <div className="toasts" role="region" aria-label="Messages">
        {shown.map((toast) => (
          <ToastView key={toast.id} toast={toast} toasts={toasts} />
        ))}
      </div>
      <div className="visually-hidden" role="status" aria-live="polite">
        <span key={turn}>{text}</span>
      </div>
    </>
  );
}

function ToastView({ toast, toasts }: { readonly toast: Toast; readonly toasts: Toasts }): ReactElement {
  const { id, text, action } = toast;
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismissToast(toasts, id), TOAST_TIME);
    return () => clearTimeout(timer);
  }, [held, toasts, id]);
  return (
    <div
      className={`toast toast--${toast.tone}`}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span>{text}</span>
      {action !== undefined && (
        <Button
          small
          className="button--action"
          onClick={() => {
            dismissToast(toasts, id);
            action.run();
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton icon={X} label="Dismiss" small onClick={() => dismissToast(toasts, id)} />
    </div>
  );
}
