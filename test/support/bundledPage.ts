// A small page made of one TypeScript entry, for tests of what only a browser has.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { rolldown } from "rolldown";

export interface ServedPage {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves `entry` (a path from the repository's root), bundled to one classic script, as a page of its own origin. */
export async function serveBundle(entry: string): Promise<ServedPage> {
  const script = await bundle(entry);
  const server = createServer((request, response) => {
    const isScript = request.url === "/page.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? script : '<!doctype html><title>test</title><script src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** One classic script made of `entry` and all it imports. */
export async function bundle(entry: string): Promise<string> {
  const root = join(import.meta.dirname, "../..");
  const build = await rolldown({ cwd: root, input: entry, platform: "browser", logLevel: "warn" });
  const { output } = await build.generate({ format: "iife", codeSplitting: false });
  await build.close();
  return output[0].code;
}
