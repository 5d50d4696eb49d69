import { seconds, type Milliseconds } from "#shared/base/units.ts";
import type { ChosenFile, Host } from "#shared/ports/Host.ts";
import { readChosenFile } from "./chosenFile.ts";

/** Browsers fetch the object URL of a download some time after the click; nobody tells when. */
const DOWNLOAD_GRACE: Milliseconds = seconds(60);

/** What a browser lets a page do with files and the clipboard. */
export class BrowserHost implements Host {
  async chooseFile(extensions: readonly string[]): Promise<ChosenFile | undefined> {
    const file = await pickFile(extensions.map((extension) => `.${extension}`).join());
    return file && readChosenFile(file);
  }

  /** Starts a download. Whether the user then cancels it is not told to pages, so this is always true. */
  saveFile(name: string, content: Uint8Array, mime: string): Promise<boolean> {
    const url = URL.createObjectURL(new Blob([content.slice()], { type: mime }));
    withElement("a", (link) => {
      link.href = url;
      link.download = name;
      link.click();
    });
    setTimeout(() => URL.revokeObjectURL(url), DOWNLOAD_GRACE);
    return Promise.resolve(true);
  }

  async copyText(text: string): Promise<boolean> {
    try {
      // Missing on plain http pages, refused without a user's gesture or permission.
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyBySelection(text);
    }
  }
}

function pickFile(accept: string): Promise<File | undefined> {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = accept;
  input.hidden = true;
  // In the document, or some browsers drop it, with its events, while the dialog is open.
  document.body.append(input);
  return new Promise((resolve) => {
    const done = (file: File | undefined): void => {
      input.remove();
      resolve(file);
    };
    input.addEventListener("change", () => done(input.files?.[0]));
    input.addEventListener("cancel", () => done(undefined));
    input.click();
  });
}

/** The way of plain http pages: select the text in a field and copy the selection. */
function copyBySelection(text: string): boolean {
  const focused = document.activeElement;
  const copied = withElement("textarea", (field) => {
    field.value = text;
    field.style.position = "fixed";
    field.style.opacity = "0";
    field.select();
    try {
      // oxlint-disable-next-line typescript/no-deprecated -- the only way where navigator.clipboard is missing
      return document.execCommand("copy");
    } catch {
      return false;
    }
  });
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}

function withElement<Name extends "a" | "textarea", T>(
  name: Name,
  work: (element: HTMLElementTagNameMap[Name]) => T,
): T {
  const element = document.createElement(name);
  document.body.append(element);
  try {
    return work(element);
  } finally {
    element.remove();
  }
}
