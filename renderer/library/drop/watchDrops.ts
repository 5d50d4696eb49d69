import type { Dispose } from "#shared/base/dispose.ts";
import { messageOf } from "#shared/base/errors.ts";
import type { ChosenFile } from "#shared/ports/Host.ts";
import { readChosenFile } from "../../adapters/chosenFile.ts";

export interface DropListener {
  readonly over: (over: boolean) => void;
  /** Whether a file of this name is of interest; others are not read. */
  readonly wants: (name: string) => boolean;
  readonly dropped: (files: readonly ChosenFile[]) => void;
  /** A file could not be read, or is far too large; the message is for people. */
  readonly failed: (message: string) => void;
}

/** Hears files dragged over and dropped on the page. Other things dragged, such as text, are left alone. */
export function watchDrops({ over, wants, dropped, failed }: DropListener): Dispose {
  // Enter and leave come in pairs for every element on the way; the page is left when all are.
  let depth = 0;
  const ends = new AbortController();
  const on = (type: "dragenter" | "dragover" | "dragleave" | "drop", act: (event: DragEvent) => void): void => {
    const listener = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes("Files") !== true) return;
      // Without this the browser opens the file in place of the page.
      event.preventDefault();
      act(event);
    };
    window.addEventListener(type, listener, { signal: ends.signal });
  };
  on("dragenter", () => over(++depth > 0));
  on("dragleave", () => over(--depth > 0));
  on("dragover", ({ dataTransfer }) => {
    if (dataTransfer !== null) dataTransfer.dropEffect = "copy";
  });
  on("drop", ({ dataTransfer }) => {
    depth = 0;
    over(false);
    const files = [...(dataTransfer?.files ?? [])].filter(({ name }) => wants(name));
    if (files.length === 0) return;
    Promise.all(files.map(readChosenFile)).then(dropped, (error: unknown) => failed(messageOf(error)));
  });
  return () => ends.abort();
}
