// What the windows and their pages may do. Every value here is stated, also where it is Electron's default: a default may
// change with a new Electron, and a test compares the whole.

import { DESKTOP_ORIGIN } from "#shared/contracts/host/pageHeaders.ts";

/** The scheme of our own pages. The page and the runner frame are different hosts of it, hence different origins. */
export const APP_SCHEME = "app";

/**
 * Registered before the app is ready. `standard` gives origins and storage, `secure` shared memory and the clipboard.
 * No service workers: the files are on this disk already. No `bypassCSP`.
 */
export const SCHEMES = [
  {
    scheme: APP_SCHEME,
    privileges: {
      standard: true,
      secure: true,
      supportFetchAPI: true,
      corsEnabled: true,
      codeCache: true,
      allowServiceWorkers: false,
      bypassCSP: false,
      stream: false,
      allowExtensions: false,
    },
  },
];

/** The preferences of every window, as literal types: `nodeIntegration: true` would not compile where they are used. */
export interface SafeWebPreferences {
  readonly preload: string;
  readonly contextIsolation: true;
  readonly sandbox: true;
  readonly nodeIntegration: false;
  readonly nodeIntegrationInSubFrames: false;
  readonly nodeIntegrationInWorker: false;
  readonly webSecurity: true;
  readonly allowRunningInsecureContent: false;
  readonly webviewTag: false;
  readonly plugins: false;
  readonly experimentalFeatures: false;
  readonly navigateOnDragDrop: false;
  readonly enableWebSQL: false;
  readonly safeDialogs: true;
  readonly spellcheck: false;
}

/** `preload` is an absolute path. */
export function safeWebPreferences(preload: string): SafeWebPreferences {
  return {
    preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    // Runner frames and outputs get no preload script, hence no channel to the main process.
    nodeIntegrationInSubFrames: false,
    nodeIntegrationInWorker: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    plugins: false,
    experimentalFeatures: false,
    navigateOnDragDrop: false,
    enableWebSQL: false,
    safeDialogs: true,
    // Chromium fetches its dictionaries from the internet, which nobody asked for.
    spellcheck: false,
  };
}

/**
 * What our own page may use; everything else, and everybody else, is refused. Without the network ones Chromium does not
 * let a page of this scheme reach a class host on the local network, or the one on this computer.
 */
const PERMISSIONS: readonly string[] = [
  "clipboard-sanitized-write",
  "persistent-storage",
  "local-network-access",
  "local-network",
  "loopback-network",
];

/** Who asks for a permission, as Electron tells it. */
export interface PermissionAsker {
  /** Address of the frame, or its origin where Electron does not give the address. */
  readonly url: string;
  readonly isMainFrame: boolean;
}

export function isPermitted(permission: string, asker: PermissionAsker): boolean {
  return asker.isMainFrame && isOwnAddress(asker.url) && PERMISSIONS.includes(permission);
}

/** An address of our own page; not of the runner, and not one that only begins alike. */
export function isOwnAddress(address: string): boolean {
  return address === DESKTOP_ORIGIN || address.startsWith(`${DESKTOP_ORIGIN}/`);
}

/**
 * Which addresses of this computer WebRTC may use. Our page needs all of them: in a class without internet there is no
 * default route, and the other policies would find no address at all. Any other contents sends no packet.
 */
export const WEBRTC_POLICY = { ownPage: "default", anyOther: "disable_non_proxied_udp" } as const;

/**
 * What is switched off in the packaged program, in electron-builder's words (see electron-builder.yml). Together: the
 * program runs only the code it was signed with, and cannot be used as a Node that has its permissions.
 */
export const FUSES = {
  runAsNode: false,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableCookieEncryption: true,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  grantFileProtocolExtraPrivileges: false,
} as const;
