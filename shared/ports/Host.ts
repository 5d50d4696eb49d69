/** What the surroundings (browser or desktop) do for the app and only they can. */
export interface Host {
  /** Lets the user choose a file; undefined if they cancelled. @throws BadInputError above the size limit */
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
