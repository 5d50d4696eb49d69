import { DESKTOP_RUNNER_ORIGIN } from "#shared/contracts/page/desktopApi.ts";
import { RUNNER_PATH } from "#shared/contracts/page/runnerFrame.ts";
import { findDesktopBridge } from "../DesktopHost.ts";

/** Where this page gets runner frames from: in the desktop app from an origin of their own. */
export const runnerAddress = (page: Window): string =>
  findDesktopBridge(page) === undefined ? RUNNER_PATH : `${DESKTOP_RUNNER_ORIGIN}${RUNNER_PATH}`;
