import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { chosenBroker } from "../../../../workers/agent/chosenBroker.ts";

it("takes the command line before the environment, and a file before both", () => {
  const folder = mkdtempSync(join(tmpdir(), "login-"));
  const file = join(folder, "login");
  writeFileSync(file, "file:f\n");
  const environment = { MESHBOOK_BROKER_URL: "mqtt://env:e@h", MESHBOOK_BROKER_LOGIN: "" };
  const none = { url: undefined, loginFile: undefined };
  const login = (username: string, password: string) => ({ ok: true, value: { login: { username, password } } });
  expect(chosenBroker(none, {})).toEqual({ ok: true, value: undefined });
  expect(chosenBroker(none, environment)).toMatchObject(login("env", "e"));
  expect(chosenBroker(none, { ...environment, MESHBOOK_BROKER_LOGIN: "var:v" })).toMatchObject(login("var", "v"));
  expect(chosenBroker({ ...none, url: "mqtt://cl:c@h" }, environment)).toMatchObject(login("cl", "c"));
  expect(chosenBroker({ url: "mqtt://cl:c@h", loginFile: file }, environment)).toMatchObject(login("file", "f"));
  const lost = chosenBroker({ url: "mqtt://h", loginFile: join(folder, "none") }, {});
  expect(lost.ok ? "" : lost.error.message).toContain("cannot be read");
  rmSync(folder, { recursive: true });
});
