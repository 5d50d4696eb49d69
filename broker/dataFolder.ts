import { randomBytes } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "#shared/base/errors.ts";
import { HostStartError } from "./HostStartError.ts";

export interface DataFolder {
  /** Where the class's identity is. */
  readonly root: string;
  /** The class's room and secret. */
  readonly classFile: string;
  /** Name of a blind host, and that it is one. */
  readonly blindFile: string;
  readonly archive: string;
  /** Of a blind host, in the place of the archive. */
  readonly sealed: string;
  readonly history: string;
  readonly blobs: string;
  /** What is noted of blobs that nothing refers to. */
  readonly blobNotes: string;
  /** Who may do what in which room. */
  readonly access: string;
  readonly agent: string;
  /** Exported notebooks. */
  readonly notebooks: string;
}

/** Makes the folder if need be. @throws HostStartError when nothing can be written there */
export async function openDataFolder(root: string): Promise<DataFolder> {
  try {
    await mkdir(root, { recursive: true, mode: 0o700 });
    // Permissions do not tell everything (read-only mounts, quotas): only writing does.
    const probe = join(root, `.probe-${randomBytes(6).toString("hex")}`);
    await writeFile(probe, "");
    await rm(probe);
  } catch (error) {
    const reason = messageOf(error).split(",")[0] ?? "";
    throw new HostStartError(`cannot write to the data folder ${root} (${reason}): choose another with --data DIR`, {
      cause: error,
    });
  }
  const at = (name: string): string => join(root, name);
  return {
    root,
    classFile: at("class.json"),
    blindFile: at("blind.json"),
    archive: at("archive"),
    sealed: at("sealed"),
    history: at("history"),
    blobs: at("blobs"),
    blobNotes: at("blob-notes"),
    access: at("access"),
    agent: at("agent"),
    notebooks: at("notebooks"),
  };
}
