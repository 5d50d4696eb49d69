// What the desktop app's page may ask of the operating system: nothing else crosses the preload script.

/** A file the user picked in a system dialog. */
export interface DesktopFile {
  readonly name: string;
  readonly content: Uint8Array;
}

export interface DesktopApi {
  /** Shows the open dialog; undefined if cancelled. Rejects for files above 256 MiB. */
  openFile(extensions: readonly string[]): Promise<DesktopFile | undefined>;
  /** Shows the save dialog and writes atomically; false if cancelled. */
  saveFile(suggestedName: string, content: Uint8Array): Promise<boolean>;
  copyText(text: string): Promise<void>;
}

/** The list of methods at run time. The compiler rejects it if it and `DesktopApi` differ. */
export const DESKTOP_METHODS: Readonly<Record<keyof DesktopApi, true>> = {
  openFile: true,
  saveFile: true,
  copyText: true,
};

export type DesktopMethod = keyof DesktopApi;

/** Electron turns errors into bare text, so failure crosses as data. */
export type DesktopReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** The one channel; the method is an argument. */
export const DESKTOP_CHANNEL = "meshbook";
/** Name under which the preload exposes `DesktopApi` on `window`. */
export const DESKTOP_GLOBAL = "meshbookDesktop";
