import { DESKTOP_ORIGIN } from "#shared/contracts/host/pageHeaders.ts";

/** What Electron's `WebFrameMain` tells of the frame that sent a message. */
export interface SenderFrame {
  readonly url: string;
  readonly origin: string;
  /** Null, as Electron has it, for the page itself. */
  readonly parent: object | null;
}

/**
 * True for our own page only. Every frame of a window can send messages in principle: runner frames and outputs are
 * frames of the page, so they have a parent, an opaque origin, or another host. Null: the frame is gone.
 */
export function isOwnPage(frame: SenderFrame | null): boolean {
  return frame?.parent === null && frame.origin === DESKTOP_ORIGIN && frame.url.startsWith(`${DESKTOP_ORIGIN}/`);
}
