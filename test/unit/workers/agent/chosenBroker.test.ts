import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { chosenBroker, renewed } from "../../../../workers/agent/chosenBroker.ts";

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

it("reads a login anew whenever it is asked for, and keeps the last while the file cannot be read", () => {
  const folder = mkdtempSync(join(tmpdir(), "login-"));
  const file = join(folder, "login");
  const choice = { url: "mqtt://h", loginFile: file };
  writeFileSync(file, "first-token\n");
  const first = chosenBroker(choice, {});
  if (!first.ok) throw first.error;
  const now = renewed(first.value, () => chosenBroker(choice, {}));
  const token = (password: string) => ({ url: "mqtt://h", login: { username: "meshbook", password } });
  expect(now()).toEqual(token("first-token"));
  writeFileSync(file, "second-token\n");
  expect(now()).toEqual(token("second-token"));
  rmSync(folder, { recursive: true });
  expect(now()).toEqual(token("second-token"));
});
