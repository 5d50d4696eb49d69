// The acceptance suite of ports/Host.ts: for (const { name, run } of hostCases(open)) it(name, run);

import { BadInputError } from "#shared/base/errors.ts";
import type { ChosenFile, Host } from "#shared/ports/Host.ts";
import { check, rejection, type ContractCase } from "./contractCase.ts";

/** One host, with the user in front of it. */
export interface HostPlace {
  readonly host: Host;
  /** What the user chooses next in an open dialog; undefined cancels it. */
  readonly willChoose: (file: ChosenFile | undefined) => Promise<void>;
  /** The user chooses a file of one byte more than the host takes. */
  readonly willChooseTooLarge: () => Promise<void>;
  /** Whether the user confirms the next save; undefined for a host that saves without a question. */
  readonly willSave: ((confirmed: boolean) => void) | undefined;
  /** What the user finds on their disk after the last save. */
  readonly saved: () => Promise<ChosenFile | undefined>;
  readonly copied: () => Promise<string | undefined>;
  readonly close: () => Promise<void>;
}

const NOTEBOOK: ChosenFile = { name: "Übung 1.ipynb", content: Uint8Array.from([0, 123, 125, 10, 255]) };

type CaseBody = (place: HostPlace) => Promise<void>;

export function hostCases(open: () => Promise<HostPlace>): readonly ContractCase[] {
  const bodies: Readonly<Record<string, CaseBody>> = {
    "gives the file the user chose, byte for byte": givesChosenFile,
    "gives an empty file as one without bytes": givesEmptyFile,
    "gives undefined when the user cancels the open dialog": givesNothingWhenCancelled,
    "rejects a file above the limit with BadInputError": rejectsTooLarge,
    "saves the bytes under the name": savesBytes,
    "gives false and writes nothing when the user cancels": savesNothingWhenCancelled,
    "copies text": copiesText,
  };
  return Object.entries(bodies).map(([name, body]) => ({ name, run: () => runCase(open, body) }));
}

async function runCase(open: () => Promise<HostPlace>, body: CaseBody): Promise<void> {
  const place = await open();
  try {
    await body(place);
  } finally {
    await place.close();
  }
}

async function givesChosenFile({ host, willChoose }: HostPlace): Promise<void> {
  await willChoose(NOTEBOOK);
  expectFile(await host.chooseFile(["ipynb", "md"]), NOTEBOOK);
}

async function givesEmptyFile({ host, willChoose }: HostPlace): Promise<void> {
  const empty = { name: "empty.md", content: new Uint8Array() };
  await willChoose(empty);
  expectFile(await host.chooseFile(["md"]), empty);
}

async function givesNothingWhenCancelled({ host, willChoose }: HostPlace): Promise<void> {
  await willChoose(undefined);
  check((await host.chooseFile(["ipynb"])) === undefined, "a cancelled dialog gave a file");
}

async function rejectsTooLarge({ host, willChooseTooLarge }: HostPlace): Promise<void> {
  await willChooseTooLarge();
  const error = await rejection(host.chooseFile(["ipynb"]), "a file above the limit was taken");
  check(error instanceof BadInputError && error.message.length > 0, "the error is not a BadInputError with words");
}

async function savesBytes({ host, willSave, saved }: HostPlace): Promise<void> {
  willSave?.(true);
  const done = await host.saveFile(NOTEBOOK.name, NOTEBOOK.content, "application/x-ipynb+json");
  check(done, "a confirmed save said false");
  expectFile(await saved(), NOTEBOOK);
}

async function savesNothingWhenCancelled({ host, willSave, saved }: HostPlace): Promise<void> {
  if (willSave === undefined) return;
  willSave(false);
  const done = await host.saveFile(NOTEBOOK.name, NOTEBOOK.content, "application/x-ipynb+json");
  check(!done, "a cancelled save said true");
  check((await saved()) === undefined, "a cancelled save wrote a file");
}

async function copiesText({ host, copied }: HostPlace): Promise<void> {
  const text = "x = 1 # é 🧪\n";
  check(await host.copyText(text), "copying was refused");
  check((await copied()) === text, "the clipboard holds something else");
}

function expectFile(actual: ChosenFile | undefined, expected: ChosenFile): void {
  check(actual?.name === expected.name, `the name is ${actual?.name ?? "missing"}`);
  check(actual.content.join() === expected.content.join(), "the bytes differ");
}
