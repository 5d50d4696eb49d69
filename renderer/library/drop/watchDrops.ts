import type { Dispose } from "#shared/base/dispose.ts";
import type { ChosenFile } from "#shared/ports/Host.ts";

export interface DropListener {
  readonly over: (over: boolean) => void;
  readonly dropped: (files: readonly ChosenFile[]) => void;
}

/** Hears files dragged over and dropped on the page. Other things dragged, such as text, are left alone. */
export function watchDrops({ over, dropped }: DropListener): Dispose {
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
    const files = [...(dataTransfer?.files ?? [])];
    void Promise.all(files.map(readFile)).then(dropped);
  });
  return () => ends.abort();
}

async function readFile(file: File): Promise<ChosenFile> {
  return { name: file.name, content: new Uint8Array(await file.arrayBuffer()) };
}
