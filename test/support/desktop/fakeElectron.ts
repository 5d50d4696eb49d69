// Stands for the `electron` module, so that the desktop app's entry runs in Node: Electron's program is no npm package and
// is not there on every machine. It does nothing by itself; it notes what it is told, and a test plays the system.

import { EventEmitter } from "node:events";

export interface FakePlan {
  /** False: another process of the app runs already. */
  readonly lock: boolean;
  readonly switches: readonly string[];
}

// reason: the test's plan must be there before the entry runs, and the entry is a bundle of its own.
const { plan } = globalThis as unknown as { plan: FakePlan };

/** What was called before and after the app was ready, in order. */
export const calls: unknown[][] = [];
const note =
  (name: string) =>
  (...args: unknown[]): void =>
    void calls.push([name, ...args]);

export class FakeContents extends EventEmitter {
  windowOpenHandler: ((details: { url: string }) => { action: string }) | undefined;
  readonly rtcPolicies: string[] = [];
  readonly mainFrame = { url: "app://meshbook/", origin: "app://meshbook", parent: null };

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.windowOpenHandler = handler;
  }
  setWebRTCIPHandlingPolicy(policy: string): void {
    this.rtcPolicies.push(policy);
  }
}

export class BrowserWindow extends EventEmitter {
  static readonly opened: BrowserWindow[] = [];
  readonly options: Record<string, unknown>;
  readonly webContents = new FakeContents();
  readonly loaded: string[] = [];
  readonly done: string[] = [];
  minimized = false;

  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
    BrowserWindow.opened.push(this);
    app.emit("web-contents-created", {}, this.webContents);
  }
  loadURL(url: string): Promise<void> {
    this.loaded.push(url);
    return Promise.resolve();
  }
  show = (): void => void this.done.push("show");
  focus = (): void => void this.done.push("focus");
  restore = (): void => void this.done.push("restore");
  isMinimized = (): boolean => this.minimized;
}

let becomeReady: () => void = () => {};
const ready = new Promise<void>((resolve) => {
  becomeReady = resolve;
});
let isReady = false;

export const app = Object.assign(new EventEmitter(), {
  commandLine: { hasSwitch: (name: string) => plan.switches.includes(name) },
  enableSandbox: note("enableSandbox"),
  setName: note("setName"),
  setPath: note("setPath"),
  getPath: (name: string) => `/home/ana/${name}`,
  requestSingleInstanceLock: () => {
    calls.push(["requestSingleInstanceLock"]);
    return plan.lock;
  },
  quit: note("quit"),
  exit: note("exit"),
  isReady: () => isReady,
  whenReady: () => ready,
});

/** The system says the app may begin. */
export async function systemIsReady(): Promise<void> {
  isReady = true;
  becomeReady();
  await ready;
  await Promise.resolve();
}

type Handler = (...args: never[]) => unknown;

export const protocol = {
  schemes: [] as unknown[],
  handlers: new Map<string, (request: Request) => Promise<Response>>(),
  registerSchemesAsPrivileged(schemes: unknown): void {
    note("registerSchemesAsPrivileged")(schemes);
  },
  handle(scheme: string, handler: (request: Request) => Promise<Response>): void {
    protocol.handlers.set(scheme, handler);
  },
};

export const ipcMain = {
  handlers: new Map<string, (event: unknown, ...args: unknown[]) => Promise<unknown>>(),
  handle(channel: string, handler: (event: unknown, ...args: unknown[]) => Promise<unknown>): void {
    ipcMain.handlers.set(channel, handler);
  },
};

/** Names of the guards → the functions that were set. */
const sessionHandlers: Record<string, Handler> = {};
const remember =
  (name: string) =>
  (handler: Handler): void => {
    sessionHandlers[name] = handler;
  };
export const session = {
  defaultSession: Object.assign(new EventEmitter(), {
    handlers: sessionHandlers,
    setPermissionRequestHandler: remember("request"),
    setPermissionCheckHandler: remember("check"),
    setDevicePermissionHandler: remember("device"),
  }),
};

interface MenuTemplateSection {
  readonly label: string;
  readonly submenu: readonly { readonly label?: string; readonly click?: () => void }[];
}
export const Menu = {
  template: [] as readonly MenuTemplateSection[],
  buildFromTemplate: (template: readonly MenuTemplateSection[]) => template,
  setApplicationMenu(template: readonly MenuTemplateSection[]): void {
    Menu.template = template;
  },
};

/** The user's answers; a test changes them. */
export const dialog = {
  openAnswer: { canceled: true, filePaths: [] as string[] },
  saveAnswer: { canceled: true, filePath: "" },
  messageAnswer: 0,
  showOpenDialog: (...args: unknown[]) => {
    calls.push(["showOpenDialog", ...args.slice(1)]);
    return Promise.resolve(dialog.openAnswer);
  },
  showSaveDialog: (...args: unknown[]) => {
    calls.push(["showSaveDialog", ...args.slice(1)]);
    return Promise.resolve(dialog.saveAnswer);
  },
  showMessageBoxSync: () => dialog.messageAnswer,
  showErrorBox: note("showErrorBox"),
};

export const clipboard = {
  writeText: (text: string) => {
    calls.push(["writeText", text]);
    return Promise.resolve();
  },
};

export const shell = {
  openExternal: (url: string) => {
    calls.push(["openExternal", url]);
    return Promise.resolve();
  },
};
