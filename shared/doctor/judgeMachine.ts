import type { Check } from "./check.ts";

/** The oldest Node that everything is tested with. */
export const NODE_NEEDED = { major: 20, minor: 19 } as const;

/** `version` as `process.versions.node` has it: `22.11.0`. */
export function judgeNode(version: string): Check {
  const id = "node";
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const needed = `${NODE_NEEDED.major}.${NODE_NEEDED.minor}`;
  if (major > NODE_NEEDED.major || (major === NODE_NEEDED.major && minor >= NODE_NEEDED.minor)) {
    return { id, state: "ok", found: `Node ${version} runs Meshbook.` };
  }
  return {
    id,
    state: "problem",
    found: `Node ${version} is too old: Meshbook needs ${needed} or newer.`,
    advice: "Install a newer one from nodejs.org.",
  };
}

/** How well cells of others are shut in here; undefined if an agent cannot run on this machine at all. */
export type IsolationLevel = 2 | 3 | undefined;

export function judgeIsolation(level: IsolationLevel): Check {
  const id = "isolation";
  switch (level) {
    case 3:
      return {
        id,
        state: "ok",
        found: "Agents run cells in Deno inside namespaces of the operating system (level 3).",
      };
    case 2:
      return {
        id,
        state: "warning",
        found: "Agents run cells in Deno alone (level 2): its own sandbox, nothing of the operating system around it.",
        advice: "On Linux, install bubblewrap and allow unprivileged user namespaces. Other systems have no level 3.",
      };
    case undefined:
      return {
        id,
        state: "warning",
        found: "No agent can run here, because cells cannot be shut in. Pages still run their own cells.",
        advice: "Run `npm ci` again so that Deno is installed; on systems without Deno run agents elsewhere.",
      };
  }
}
