import { messageOf, NotebookError } from "#shared/base/errors.ts";
import { isRecord } from "#shared/base/parse.ts";
import type { DesktopErrorCode } from "#shared/contracts/page/desktopApi.ts";

type FileErrorCode = Extract<DesktopErrorCode, "too-large" | "file-failed" | "disk-full">;

/** A file of the user's could not be read or written. The message is for the user and names the file. */
export class DesktopFileError extends NotebookError {
  readonly code: FileErrorCode;

  constructor(code: FileErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The system's words for what people can do something about. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "it is not there any more",
  EACCES: "you have no permission for it",
  EPERM: "you have no permission for it",
  EROFS: "the disk can only be read",
  EBUSY: "another program is using it",
  EISDIR: "it is a folder",
  ENOSPC: "the disk is full",
  EDQUOT: "your disk quota is used up",
};

/** `what` begins the sentence: `“notes.ipynb” was not saved`. */
export function fileError(what: string, error: unknown): DesktopFileError {
  if (error instanceof DesktopFileError) return error;
  const code = isRecord(error) && typeof error.code === "string" ? error.code : "";
  const reason = Object.hasOwn(REASONS, code) ? REASONS[code] : messageOf(error);
  const full = code === "ENOSPC" || code === "EDQUOT";
  return new DesktopFileError(full ? "disk-full" : "file-failed", `${what}: ${reason ?? code}.`, { cause: error });
}
