// What a blind host keeps: sealed logs, sealed blobs, and its own name. It knows no class: whoever is in one has its key.

import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { isRecord, readString } from "#shared/base/parse.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import type { DataFolder } from "../dataFolder.ts";
import { explainStorage } from "../explainStart.ts";
import { writeAtomically } from "../files/writeAtomically.ts";
import { HostStartError } from "../HostStartError.ts";
import { BlobFiles } from "../blobs/BlobFiles.ts";
import { SealedArchive } from "../sync/sealed/SealedArchive.ts";
import type { HostStores, StoresOptions } from "./HostStores.ts";

/** UTF-16 units. */
const NAME_LIMIT = 100;

/** @throws HostStartError in words for the one who started it */
export async function openBlindStores(
  folder: DataFolder,
  options: StoresOptions & { readonly clock: Clock; readonly logger: Logger },
  closers: (() => Promise<void>)[],
): Promise<HostStores> {
  const { clock, logger } = options;
  if (existsSync(folder.archive) || existsSync(folder.classFile)) {
    const why = "a blind host needs a folder of its own";
    throw new HostStartError(
      `${folder.root} holds notebooks that the host can read: ${why}; choose one with --data DIR`,
    );
  }
  const name = await openName(folder.blindFile, options.name);
  await mkdir(folder.sealed, { recursive: true });
  const sealed = await SealedArchive.open({ folder: folder.sealed, clock, logger }).catch(explainStorage);
  closers.push(() => sealed.close());
  const blobs = await BlobFiles.open(folder.blobs, "sealed");
  return {
    identity: { name, class: undefined },
    documents: { sealed },
    blobs,
    histories: undefined,
    counts: {},
    databases: { sealed },
  };
}

/** The file also says that the folder is of a blind host. `wanted`, if given, becomes the name. */
async function openName(path: string, wanted: string | undefined): Promise<string> {
  const known = existsSync(path) ? parseName(await readFile(path, "utf8")) : undefined;
  const given = wanted?.trim().slice(0, NAME_LIMIT);
  const name =
    given === undefined || given === "" ? (known ?? `Blind host on ${hostname().split(".")[0] ?? ""}`) : given;
  if (name !== known) await writeAtomically(path, `${JSON.stringify({ name })}\n`);
  return name;
}

function parseName(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? readString(value["name"], NAME_LIMIT) : undefined;
  } catch {
    return undefined;
  }
}
