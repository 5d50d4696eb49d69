/** Root of the errors that a caller may tell apart by `code`. Messages say what happened and what to do. */
export abstract class NotebookError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A kernel's worker or process died, or was ended, before its execution ended. Its values are gone. */
export class KernelLostError extends NotebookError {
  readonly code = "kernel-lost";
  readonly kernel: string;

  constructor(kernel: string, options?: ErrorOptions) {
    super(`kernel ${kernel} stopped; its values are lost`, options);
    this.kernel = kernel;
  }
}

/** A place executed nothing of a cell: it refused it, or never answered. The message says why, in a clause without a full stop. */
export class NotRunError extends NotebookError {
  readonly code = "not-run";
  /** What helps, in a sentence. */
  readonly advice: string;

  constructor(message: string, advice = "Run the cell here, or on another computer.") {
    super(message);
    this.advice = advice;
  }
}

/** Storage on this device refused or lost a write. */
export class StorageError extends NotebookError {
  readonly code: "storage-full" | "storage-closed" | "storage-unavailable" | "storage-corrupt";

  constructor(code: StorageError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Something given from outside (a file, a link, a frame) does not have the form it must have. */
export class BadInputError extends NotebookError {
  readonly code = "bad-input";
  /** Where in the input, for people: `cell 3`, `line 12, column 4`. */
  readonly place: string | undefined;

  constructor(message: string, place?: string, options?: ErrorOptions) {
    super(place === undefined ? message : `${place}: ${message}`, options);
    this.place = place;
  }
}

/** Text for people from anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
