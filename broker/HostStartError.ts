import { NotebookError } from "#shared/base/errors.ts";

/** The class host cannot start. The message says in one line why, and what to do. */
export class HostStartError extends NotebookError {
  readonly code = "host-start";
}
