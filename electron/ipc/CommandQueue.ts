import type { MenuCommand } from "#shared/contracts/page/desktopApi.ts";

/** A command for the page. A file is read when the page takes it, so that what waits costs no memory. */
export type ShellCommand = { readonly type: MenuCommand } | { readonly type: "open-path"; readonly path: string };

/** Commands that may wait for a page: above this somebody holds a key down while the page hangs. */
export const QUEUE_LIMIT = 64;

/** Commands wait here until the page asks for one: it may still be loading, or be gone until a window is opened again. */
export class CommandQueue {
  readonly #waiting: ShellCommand[] = [];
  #page: ((command: ShellCommand | undefined) => void) | undefined;

  /** False if too many wait already. */
  push(command: ShellCommand): boolean {
    const page = this.#page;
    if (page !== undefined) {
      this.#page = undefined;
      page(command);
      return true;
    }
    if (this.#waiting.length >= QUEUE_LIMIT) return false;
    this.#waiting.push(command);
    return true;
  }

  /** The next command. Undefined when a later call, or `pageGone`, came before one did. */
  next(): Promise<ShellCommand | undefined> {
    this.pageGone();
    const first = this.#waiting.shift();
    if (first !== undefined) return Promise.resolve(first);
    return new Promise((resolve) => {
      this.#page = resolve;
    });
  }

  /** The page was left or crashed: what it waited for would be lost in it. */
  pageGone(): void {
    this.#page?.(undefined);
    this.#page = undefined;
  }
}
