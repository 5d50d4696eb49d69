// Turns what the system says when the host cannot start into one line that says what to do.

import { messageOf, StorageError } from "#shared/base/errors.ts";
import { isRecord } from "#shared/base/parse.ts";
import { HostStartError } from "./HostStartError.ts";

/** @throws HostStartError always */
export function explainStorage(error: unknown): never {
  if (error instanceof StorageError && error.code === "storage-closed") {
    throw new HostStartError(
      `the data folder is in use: another \`meshbook serve\` runs with it; use that one, or choose another with --data DIR`,
      { cause: error },
    );
  }
  throw new HostStartError(`the archive cannot be opened: ${messageOf(error)}: choose another folder with --data DIR`, {
    cause: error,
  });
}

export interface Wish {
  readonly host: string;
  readonly port: number;
  /** The option that chooses another port. */
  readonly option: "--port" | "--mqtt-port";
}

/** @throws HostStartError always */
export function explainListening(error: unknown, wish: Wish): never {
  throw new HostStartError(explanation(systemCode(error), wish) ?? messageOf(error), { cause: error });
}

function explanation(code: string, { host, port, option }: Wish): string | undefined {
  switch (code) {
    case "EADDRINUSE":
      return `port ${port} is in use: end the program that uses it, or choose another with ${option} (0 = any free one)`;
    case "EACCES":
      return `port ${port} needs special rights: choose one above 1023 with ${option}`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `${host} is no address of this computer: choose 127.0.0.1, 0.0.0.0 or one of its own with --host`;
    default:
      return undefined;
  }
}

/** The code of a system error, or the one that a child process reported. */
function systemCode(error: unknown): string {
  if (!isRecord(error)) return "";
  const code = error["reason"] ?? error["code"];
  return typeof code === "string" ? code : "";
}
