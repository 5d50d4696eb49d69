import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, preview } from "vite";

export interface Stage {
  /** Where the stage is served, with a slash at its end. */
  readonly base: string;
  close(): Promise<void>;
}

/** Builds the stage as the real page is built, and serves it on a free port of this machine. */
export async function startStage(): Promise<Stage> {
  const outDir = await mkdtemp(join(tmpdir(), "meshbook-stage-"));
  const configFile = join(import.meta.dirname, "vite.config.ts");
  // vitest says `test`, of which vite would make React's development build.
  process.env.NODE_ENV = "production";
  await build({ configFile, logLevel: "error", build: { outDir } });
  const server = await preview({ configFile, logLevel: "error", build: { outDir }, preview: { port: 0 } });
  const base = server.resolvedUrls?.local[0];
  if (base === undefined) throw new Error("the stage's server gave no address");
  return {
    base,
    close: async () => {
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
