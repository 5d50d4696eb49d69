import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "vitest";
import { FILE_LIMIT } from "#shared/ports/Host.ts";
import { DesktopHost } from "../../renderer/adapters/DesktopHost.ts";
import { desktopBridge, PlayedSystem } from "../support/desktop/desktopBridge.ts";
import { hostCases, type HostPlace } from "./host.ts";

/** The page's side, the main process's side, and real files between them. */
function openDesktop(): Promise<HostPlace> {
  const folder = mkdtempSync(join(tmpdir(), "meshbook-host-"));
  const system = new PlayedSystem();
  const choose = (name: string, content: Uint8Array): string => {
    system.openPath = join(folder, name);
    writeFileSync(system.openPath, content);
    return system.openPath;
  };
  return Promise.resolve({
    host: new DesktopHost(desktopBridge(system)),
    willChoose: (file) => {
      if (file === undefined) system.openPath = undefined;
      else choose(file.name, file.content);
      return Promise.resolve();
    },
    willChooseTooLarge: () => Promise.resolve(truncateSync(choose("huge.ipynb", new Uint8Array()), FILE_LIMIT + 1)),
    willSave: (confirmed) => {
      system.savePath = confirmed ? join(folder, "saved") : undefined;
    },
    saved: () => {
      const [name] = system.asked.at(-1) ?? [];
      const path = join(folder, "saved");
      return Promise.resolve(existsSync(path) ? { name: String(name), content: readFileSync(path) } : undefined);
    },
    copied: () => Promise.resolve(system.clipboard),
    close: () => Promise.resolve(rmSync(folder, { recursive: true })),
  });
}

describe("DesktopHost as a Host", () => {
  for (const { name, run } of hostCases(openDesktop)) it(name, run);
});
