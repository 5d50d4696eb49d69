import type { Dispose } from "#shared/base/dispose.ts";
import { BadInputError, StorageError } from "#shared/base/errors.ts";
import { isRecord, readBoolean, readBytes, readOneOf, readString } from "#shared/base/parse.ts";
import {
  DESKTOP_ERROR_CODES,
  DESKTOP_GLOBAL,
  DESKTOP_METHODS,
  MENU_COMMANDS,
  type DesktopBridge,
  type DesktopCommand,
  type DesktopErrorCode,
  type DesktopReply,
} from "#shared/contracts/page/desktopApi.ts";
import { FILE_LIMIT, type ChosenFile, type Host } from "#shared/ports/Host.ts";

/** Longest file name taken, in UTF-16 units. */
const NAME_LIMIT = 1024;

/** The desktop app's bridge, if this page runs in the desktop app; `scope` is the page's `window`. */
export function findDesktopBridge(scope: object): DesktopBridge | undefined {
  const bridge: unknown = Reflect.get(scope, DESKTOP_GLOBAL);
  return isBridge(bridge) ? bridge : undefined;
}

function isBridge(value: unknown): value is DesktopBridge {
  return isRecord(value) && Object.keys(DESKTOP_METHODS).every((method) => typeof value[method] === "function");
}

/** The surroundings that are the desktop app: system dialogs, the system's clipboard, the menu. */
export class DesktopHost implements Host {
  readonly #bridge: DesktopBridge;
  #listener: ((command: DesktopCommand) => void) | undefined;
  #following = false;
  /** Taken from the app while nobody listened. */
  readonly #held: DesktopCommand[] = [];

  constructor(bridge: DesktopBridge) {
    this.#bridge = bridge;
  }

  async chooseFile(extensions: readonly string[]): Promise<ChosenFile | undefined> {
    const reply = readReply(await this.#bridge.openFile(extensions));
    if (!reply.ok) throw new BadInputError(reply.message);
    if (reply.value === undefined) return undefined;
    const file = readFile(reply.value);
    if (file === undefined) throw new BadInputError("The desktop app gave something that is not a file.");
    return file;
  }

  /** @throws StorageError where the system refused the file: nothing was written */
  async saveFile(name: string, content: Uint8Array): Promise<boolean> {
    const reply = readReply(await this.#bridge.saveFile(name, content));
    if (!reply.ok) throw new StorageError(storageCode(reply.code), reply.message);
    return readBoolean(reply.value) ?? false;
  }

  async copyText(text: string): Promise<boolean> {
    return readReply(await this.#bridge.copyText(text)).ok;
  }

  /**
   * Calls `listener` with each command of the menu and the system, in order, until disposed; what comes while nobody
   * listens waits. One listener at a time: a later one takes the place of the earlier.
   */
  onCommand(listener: (command: DesktopCommand) => void): Dispose {
    this.#listener = listener;
    for (const command of this.#held.splice(0)) this.#tell(command);
    if (!this.#following) {
      this.#following = true;
      this.#follow().catch(reportError);
    }
    return () => {
      if (this.#listener === listener) this.#listener = undefined;
    };
  }

  async #follow(): Promise<void> {
    try {
      for (;;) {
        const reply = readReply(await this.#bridge.nextCommand());
        if (!reply.ok || reply.value === undefined) return;
        const command = readCommand(reply.value);
        if (command !== undefined) this.#tell(command);
      }
    } finally {
      this.#following = false;
    }
  }

  #tell(command: DesktopCommand): void {
    if (this.#listener === undefined) {
      this.#held.push(command);
      return;
    }
    try {
      this.#listener(command);
    } catch (error) {
      // A command that fails must not end the menu.
      reportError(error);
    }
  }
}

function readReply(reply: unknown): DesktopReply {
  if (isRecord(reply) && reply.ok === true) return { ok: true, value: reply.value };
  const code: DesktopErrorCode = isRecord(reply) ? (readOneOf(reply.code, DESKTOP_ERROR_CODES) ?? "failed") : "failed";
  const message = isRecord(reply) ? readString(reply.message, Number.MAX_SAFE_INTEGER) : undefined;
  return { ok: false, code, message: message ?? "The desktop app did not answer." };
}

function readFile(value: unknown): ChosenFile | undefined {
  if (!isRecord(value)) return undefined;
  const name = readString(value.name, NAME_LIMIT);
  const content = readBytes(value.content, FILE_LIMIT);
  return name === undefined || content === undefined ? undefined : { name, content };
}

/** Undefined for what a newer app may ask and this page does not know. */
function readCommand(value: unknown): DesktopCommand | undefined {
  if (!isRecord(value)) return undefined;
  const menu = readOneOf(value.type, MENU_COMMANDS);
  if (menu !== undefined) return { type: menu };
  const file = value.type === "open-file" ? readFile(value.file) : undefined;
  return file === undefined ? undefined : { type: "open-file", file };
}

function storageCode(code: DesktopErrorCode): StorageError["code"] {
  return code === "disk-full" ? "storage-full" : "storage-unavailable";
}
