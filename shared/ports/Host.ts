import { mib, type Bytes } from "../base/units.ts";

/** Largest file that is opened: far above any notebook, and it is held in memory several times on its way. */
export const FILE_LIMIT: Bytes = mib(256);

/** What the surroundings (browser or desktop) do for the app and only they can. */
export interface Host {
  /**
   * Lets the user choose a file with one of `extensions` (without the dot); undefined if they cancelled.
   * @throws BadInputError above `FILE_LIMIT`, or when it cannot be read
   */
  chooseFile(extensions: readonly string[]): Promise<ChosenFile | undefined>;
  /** Saves or downloads a file; false if the user cancelled. */
  saveFile(name: string, content: Uint8Array, mime: string): Promise<boolean>;
  /** False where the surroundings refuse: then the text must be shown for copying by hand. */
  copyText(text: string): Promise<boolean>;
}

export interface ChosenFile {
  readonly name: string;
  readonly content: Uint8Array;
}
