// What the desktop app's page may ask of the operating system: nothing else crosses the preload script.

/** A file the user picked in a system dialog, or opened with the app. */
export interface DesktopFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** Chosen in the menu: the page does it, because only the page knows what is open. */
export const MENU_COMMANDS = ["new-notebook", "choose-file", "save-copy", "show-shortcuts"] as const;
export type MenuCommand = (typeof MENU_COMMANDS)[number];

/** What the menu or the system asks of the page. */
export type DesktopCommand =
  | { readonly type: MenuCommand }
  /** A file was opened with the app: to be imported like one that was chosen. */
  | { readonly type: "open-file"; readonly file: DesktopFile };

/** Every call may reject with a `DesktopErrorCode`. */
export interface DesktopApi {
  /** Shows the open dialog; undefined if cancelled. `too-large` above the `FILE_LIMIT` of ports/Host.ts. */
  openFile(extensions: readonly string[]): Promise<DesktopFile | undefined>;
  /** Shows the save dialog and writes atomically; false if cancelled. `suggestedName` has the extension. */
  saveFile(suggestedName: string, content: Uint8Array): Promise<boolean>;
  copyText(text: string): Promise<void>;
  /**
   * The next command, waiting until there is one; commands wait for the page, not the page for commands. A later call
   * takes the place of one that still waits, which then gives undefined: ask no more.
   */
  nextCommand(): Promise<DesktopCommand | undefined>;
}

/** The list of methods at run time. The compiler rejects it if it and `DesktopApi` differ. */
export const DESKTOP_METHODS: Readonly<Record<keyof DesktopApi, true>> = {
  openFile: true,
  saveFile: true,
  copyText: true,
  nextCommand: true,
};

export type DesktopMethod = keyof DesktopApi;

/** `failed` is a fault in the app; `refused` and `bad-call` are never answers to our own page. */
export const DESKTOP_ERROR_CODES = ["too-large", "file-failed", "disk-full", "refused", "bad-call", "failed"] as const;
export type DesktopErrorCode = (typeof DESKTOP_ERROR_CODES)[number];

/** Neither Electron's channel nor its context bridge keeps an error's code, so failure crosses both as data. */
export type DesktopReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: DesktopErrorCode; readonly message: string };

/** What the preload script exposes: the methods of `DesktopApi`, each with its answer still as data. */
export type DesktopBridge = {
  readonly [Method in DesktopMethod]: (...args: Parameters<DesktopApi[Method]>) => Promise<DesktopReply>;
};

/** The one channel; the method is an argument. */
export const DESKTOP_CHANNEL = "meshbook";
/** Name under which the preload script exposes `DesktopBridge` on `window`. */
export const DESKTOP_GLOBAL = "meshbookDesktop";
/**
 * Where the desktop app serves `RUNNER_PATH`, and nothing else: a host of its own, so that the frame would be another
 * origin than the page's even without its sandbox header.
 */
export const DESKTOP_RUNNER_ORIGIN = "app://runner";
