import { messageOf, StorageError } from "#shared/base/errors.ts";

/** Why storage on this device refused or lost something, with words for the banner. */
export interface StorageFailure {
  readonly code: StorageError["code"] | "storage-blocked";
  readonly message: string;
}

/** Waiting for another tab to let go of the database; opening may still succeed later. */
export class StorageBlockedError extends Error {}

const STILL_HERE = "What is open stays open: download a copy before you close this page.";

const MESSAGES: Readonly<Record<StorageFailure["code"], string>> = {
  "storage-full": `The storage of this browser is full, so the last changes are not saved on this computer. Free some space or remove notebooks. ${STILL_HERE}`,
  "storage-closed": `The browser closed its storage, so the last changes are not saved on this computer. Meshbook keeps trying. ${STILL_HERE}`,
  "storage-unavailable": `This browser does not let the page store anything (a private window, or storage is switched off), so nothing is saved on this computer. ${STILL_HERE}`,
  "storage-corrupt": `The storage of this browser is damaged, so the last changes are not saved on this computer. ${STILL_HERE}`,
  "storage-blocked": `Another tab keeps the storage of this notebook busy. Close other tabs with Meshbook. ${STILL_HERE}`,
};

/** DOMException name → what it means here. Anything else while storage was open counts as closed: reopening is the cure. */
const CODES: Readonly<Record<string, StorageFailure["code"]>> = {
  QuotaExceededError: "storage-full",
  SecurityError: "storage-unavailable",
  InvalidAccessError: "storage-unavailable",
  NotSupportedError: "storage-unavailable",
  ReferenceError: "storage-unavailable",
  TypeError: "storage-unavailable",
  NotFoundError: "storage-corrupt",
  VersionError: "storage-corrupt",
  DataError: "storage-corrupt",
  NotReadableError: "storage-corrupt",
};

/** `opening`: the database could not even be opened, where an unknown error means that there is no storage to be had. */
export function storageFailure(error: unknown, opening = false): StorageFailure {
  const code = codeOf(error) ?? (opening ? "storage-unavailable" : "storage-closed");
  return { code, message: MESSAGES[code] };
}

/** The same as an error, for ports that reject. */
export function storageError(error: unknown, opening = false): StorageError {
  const { code, message } = storageFailure(error, opening);
  return new StorageError(code === "storage-blocked" ? "storage-unavailable" : code, message, { cause: error });
}

function codeOf(error: unknown): StorageFailure["code"] | undefined {
  if (error instanceof StorageError) return error.code;
  if (error instanceof StorageBlockedError) return "storage-blocked";
  // lib0 turns a DOMException into an Error whose message starts with its name.
  const named =
    error instanceof Error && error.name !== "Error" ? error.name : /^(\w+Error)\b/.exec(messageOf(error))?.[1];
  return named === undefined ? undefined : CODES[named];
}
