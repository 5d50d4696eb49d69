import { ClassicLevel } from "classic-level";
import { messageOf, StorageError } from "#shared/base/errors.ts";
import { isRecord } from "#shared/base/parse.ts";
import type { Logger } from "#shared/ports/Logger.ts";

export type Level = ClassicLevel<string, Uint8Array>;

/**
 * Opens a LevelDB folder, creating it if need be and repairing it once if LevelDB itself calls it damaged.
 * @throws StorageError `storage-closed` when another process has it open, else `storage-unavailable`
 */
export async function openLevel(folder: string, logger: Logger): Promise<Level> {
  try {
    return await open(folder);
  } catch (error) {
    if (causeCode(error) !== "LEVEL_CORRUPTION") throw asStorageError(folder, error);
    logger.error("the archive is damaged; repairing it", { folder, error });
  }
  try {
    await ClassicLevel.repair(folder);
    return await open(folder);
  } catch (error) {
    throw asStorageError(folder, error);
  }
}

async function open(folder: string): Promise<Level> {
  const level: Level = new ClassicLevel(folder, {
    valueEncoding: "view",
    // Updates are dense already, and a flipped bit then damages one record instead of a compressed block of them.
    compression: false,
  });
  await level.open();
  return level;
}

function causeCode(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return isRecord(cause) && typeof cause["code"] === "string" ? cause["code"] : undefined;
}

function asStorageError(folder: string, error: unknown): StorageError {
  if (causeCode(error) === "LEVEL_LOCKED") {
    return new StorageError("storage-closed", `${folder} is in use by another process`, { cause: error });
  }
  const reason = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
  return new StorageError("storage-unavailable", `${folder} cannot be opened: ${reason}`, { cause: error });
}
