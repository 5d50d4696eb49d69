import { messageOf } from "#shared/base/errors.ts";
import { readArray, readBytes, readString } from "#shared/base/parse.ts";
import {
  DESKTOP_METHODS,
  type DesktopApi,
  type DesktopErrorCode,
  type DesktopMethod,
  type DesktopReply,
} from "#shared/contracts/page/desktopApi.ts";
import { FILE_LIMIT } from "#shared/ports/Host.ts";
import { DesktopFileError } from "../files/DesktopFileError.ts";

/** Longest text for the clipboard, in UTF-16 units: any cell or link; a whole notebook goes by file. */
export const TEXT_LIMIT = 4 * 1024 * 1024;
/** Longest name for a file, in UTF-16 units. No file system takes more than 255 bytes. */
export const NAME_LIMIT = 1024;
/** Most kinds of file one dialog offers. */
const EXTENSIONS_LIMIT = 16;
const EXTENSION = /^[a-z0-9]{1,16}$/;

/** Reads the arguments and calls; undefined if the arguments are not what the method takes. */
type Call = (args: readonly unknown[]) => Promise<unknown> | undefined;

/**
 * Answers one call from the page. Never rejects and never answers with nothing: what is unknown, wrong or failed is a
 * reply that says so.
 */
export async function handleDesktopCall(
  api: DesktopApi,
  method: unknown,
  args: readonly unknown[],
): Promise<DesktopReply> {
  if (!isDesktopMethod(method)) return failure("bad-call", `There is no desktop method ${describe(method)}.`);
  try {
    const answer = callsOf(api)[method](args);
    if (answer === undefined) return failure("bad-call", `Wrong arguments for the desktop method ${method}.`);
    return { ok: true, value: await answer };
  } catch (error) {
    return failure(error instanceof DesktopFileError ? error.code : "failed", messageOf(error));
  }
}

export function failure(code: DesktopErrorCode, message: string): DesktopReply {
  return { ok: false, code, message };
}

/** Own names only: `constructor` and its like are names of every object. */
function isDesktopMethod(method: unknown): method is DesktopMethod {
  return typeof method === "string" && Object.hasOwn(DESKTOP_METHODS, method);
}

function callsOf(api: DesktopApi): Readonly<Record<DesktopMethod, Call>> {
  return {
    openFile: (args) => {
      const extensions = readArray(args[0], EXTENSIONS_LIMIT, readExtension);
      return extensions === undefined || args.length !== 1 ? undefined : api.openFile(extensions);
    },
    saveFile: (args) => {
      const name = readString(args[0], NAME_LIMIT);
      const content = readBytes(args[1], FILE_LIMIT);
      return name === undefined || content === undefined || args.length !== 2 ? undefined : api.saveFile(name, content);
    },
    copyText: (args) => {
      const text = readString(args[0], TEXT_LIMIT);
      return text === undefined || args.length !== 1 ? undefined : api.copyText(text);
    },
    nextCommand: (args) => (args.length === 0 ? api.nextCommand() : undefined),
  };
}

/** `.ipynb` and `ipynb` are the same kind of file. */
function readExtension(value: unknown): string | undefined {
  const text = readString(value, NAME_LIMIT)?.replace(/^\./, "").toLowerCase();
  return text !== undefined && EXTENSION.test(text) ? text : undefined;
}

function describe(method: unknown): string {
  return typeof method === "string" ? JSON.stringify(method.slice(0, 40)) : `of type ${typeof method}`;
}
