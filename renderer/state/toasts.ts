import { createStore, type StoreApi } from "zustand/vanilla";
import { ms, type Milliseconds } from "#shared/base/units.ts";

/** Long enough to read a line and reach the button. Everything a toast offers can be had elsewhere too. */
export const TOAST_TIME: Milliseconds = ms(8_000);
/** More would cover the page; the oldest goes. */
const TOAST_LIMIT = 3;

export interface Toast {
  readonly id: number;
  readonly tone: "plain" | "bad";
  readonly text: string;
  readonly action: { readonly label: string; readonly run: () => void } | undefined;
}

export interface ToastsState {
  readonly shown: readonly Toast[];
  /** Said to screen readers, not shown. `turn` makes the same sentence said twice when it happens twice. */
  readonly announcement: { readonly text: string; readonly turn: number };
  readonly made: number;
}
export type Toasts = StoreApi<ToastsState>;

export function createToasts(): Toasts {
  return createStore(() => ({ shown: [], announcement: { text: "", turn: 0 }, made: 0 }));
}

/** Shows a message for a while, and says it. */
export function showToast(toasts: Toasts, text: string, options: Partial<Pick<Toast, "tone" | "action">> = {}): void {
  toasts.setState(({ shown, made }) => {
    const toast: Toast = { id: made, text, tone: options.tone ?? "plain", action: options.action };
    return { shown: [...shown, toast].slice(-TOAST_LIMIT), made: made + 1 };
  });
  announce(toasts, text);
}

export function dismissToast(toasts: Toasts, id: number): void {
  toasts.setState(({ shown }) => ({ shown: shown.filter((toast) => toast.id !== id) }));
}

/** Says something to screen readers. */
export function announce(toasts: Toasts, text: string): void {
  toasts.setState(({ announcement }) => ({ announcement: { text, turn: announcement.turn + 1 } }));
}
