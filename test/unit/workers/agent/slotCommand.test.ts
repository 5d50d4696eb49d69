import { describe, expect, it } from "vitest";
import { slotCommand } from "../../../../workers/agent/slotCommand.ts";

const paths = { deno: "/opt/deno", slot: "/opt/slot" };
const bare = { bwrap: undefined, prlimit: undefined };

describe("slotCommand", () => {
  it("allows reading the slot's folder and refuses everything else by name", () => {
    const { file, args } = slotCommand(paths, bare);
    expect(file).toBe("/opt/deno");
    expect(args.filter((arg) => arg.startsWith("--allow"))).toEqual(["--allow-read=/opt/slot"]);
    for (const name of ["net", "write", "run", "env", "ffi", "sys", "import"]) expect(args).toContain(`--deny-${name}`);
    for (const flag of ["--no-prompt", "--no-remote", "--no-npm", "--no-config", "--cached-only"]) {
      expect(args).toContain(flag);
    }
    expect(args.at(-1)).toBe("/opt/slot/slotMain.mjs");
  });

  it("allows reading the folders that it names to the slot, and no others", () => {
    const { args } = slotCommand({ ...paths, python: "/opt/python", later: "/opt/later" }, bare);
    expect(args.filter((arg) => arg.startsWith("--allow"))).toEqual(["--allow-read=/opt/slot,/opt/python,/opt/later"]);
    expect(args.slice(-2)).toEqual(["python=/opt/python", "later=/opt/later"]);
  });

  it("hands on nothing of the agent's environment", () => {
    process.env["SECRET_OF_TEST"] = "1";
    expect(Object.keys(slotCommand(paths, bare).env).sort()).toEqual(["DENO_DIR", "DENO_NO_UPDATE_CHECK", "NO_COLOR"]);
    delete process.env["SECRET_OF_TEST"];
  });

  it("wraps what it finds around it, limits outermost, and hides the host's paths", () => {
    const { file, args } = slotCommand(paths, { bwrap: "/usr/bin/bwrap", prlimit: "/usr/bin/prlimit" });
    expect(file).toBe("/usr/bin/prlimit");
    const bwrap = args.indexOf("/usr/bin/bwrap");
    const inside = args.slice(args.indexOf("--") + 1);
    expect(args.slice(0, bwrap).every((arg) => arg.startsWith("--"))).toBe(true);
    expect(args).toContain("--unshare-all");
    expect(args).toContain("--die-with-parent");
    expect(inside[0]).toBe("/deno");
    expect(inside.join(" ")).not.toContain("/opt");
  });
});
