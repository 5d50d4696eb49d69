import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { createRoomSecret } from "#shared/rooms/roomKeys.ts";
import { formatRoomLink } from "#shared/rooms/roomLink.ts";
import { parseAgentOptions } from "../../../../workers/agent/agentOptions.ts";

const link = formatRoomLink({
  kind: "class",
  base: "http://127.0.0.1:8720",
  id: RoomId.create(),
  secret: createRoomSecret(),
});
const notebook = formatRoomLink({
  kind: "notebook",
  base: "http://a",
  id: RoomId.create(),
  secret: createRoomSecret(),
});

describe("parseAgentOptions", () => {
  it("reads a full command line", () => {
    const args = [
      "--join",
      link,
      "--broker-url",
      "mqtt://127.0.0.1:1883",
      "--data",
      "/d",
      "--name",
      "Lab 3",
      "--slots",
      "2",
    ];
    expect(parseAgentOptions([...args, "--child"])).toMatchObject({
      ok: true,
      value: {
        broker: { url: "mqtt://127.0.0.1:1883", login: undefined },
        data: "/d",
        name: "Lab 3",
        slots: 2,
        child: true,
      },
    });
  });

  it("needs the link alone", () => {
    const options = parseAgentOptions(["--join", link]);
    expect(options).toMatchObject({ ok: true, value: { broker: undefined, name: hostname(), child: false } });
    if (options.ok && options.value !== "help") expect(options.value.slots).toBeGreaterThanOrEqual(1);
  });

  it("shows its help when asked", () => {
    expect(parseAgentOptions(["--help"])).toEqual({ ok: true, value: "help" });
  });

  it.each([
    [[], /--join LINK is missing/],
    [["--join", "class"], /not a link/],
    [["--join", notebook], /link of a class/],
    [["--join", link, "--slots", "0"], /--slots/],
    [["--join", link, "--metrics", "yes"], /--metrics needs a port/],
    [["--join", link, "--metrics", "65536"], /--metrics needs a port/],
    [["--join", link, "--slots", "two"], /--slots/],
    [["--join", link, "--broker-url", "http://a"], /--broker-url/],
    [["--join", link, "--broker-login", "/nowhere"], /--broker-url/],
    [["--join", link, "--nonsense"], /--nonsense/],
  ])("says what is wrong with %j", (args, message) => {
    const options = parseAgentOptions(args);
    expect(options.ok ? "" : options.error.message).toMatch(message);
  });
});

describe("labels and who is allowed", () => {
  const device = "d".repeat(22);

  it("are read as often as they are given", () => {
    const args = ["--join", link, "--label", "gpu=a100", "--label", "room=2.04 b=c", "--allow", device];
    expect(parseAgentOptions(args)).toMatchObject({
      value: { labels: { gpu: "a100", room: "2.04 b=c" }, allow: [device] },
    });
  });

  it("may be devices whose id begins with a dash", () => {
    const dashed = `-${"d".repeat(21)}`;
    const read = parseAgentOptions(["--join", link, "--allow", dashed, "--allow", device, "--label", "a=b"]);
    expect(read).toMatchObject({ value: { labels: { a: "b" }, allow: [dashed, device] } });
    expect(parseAgentOptions(["--join", link, "--allow", "--child"])).toMatchObject({ ok: false });
  });

  it("are none and the whole class where nothing is said", () => {
    for (const more of [[], ["--allow", "class"], ["--allow", device, "--allow", "class"]]) {
      expect(parseAgentOptions(["--join", link, ...more])).toMatchObject({ value: { labels: {}, allow: undefined } });
    }
  });

  it.each([
    ["--label", "gpu"],
    ["--label", "=x"],
    ["--label", "a=b,c"],
    ["--label", "__proto__=x"],
    ["--allow", "Ana"],
  ])("refuses %s %s in one line", (option, value) => {
    const read = parseAgentOptions(["--join", link, option, value]);
    expect(read.ok ? "" : read.error.message).toMatch(new RegExp(`^${option} [^\\n]+$`));
  });

  it("refuses a label with two values", () => {
    const read = parseAgentOptions(["--join", link, "--label", "gpu=a100", "--label", "gpu=h100"]);
    expect(read.ok ? "" : read.error.message).toBe("--label gpu=h100: gpu has one value; give it once");
  });

  it("refuses more labels than all can be sent", () => {
    const many = Array.from({ length: 17 }, (_, n) => ["--label", `l${n}=x`]).flat();
    expect(parseAgentOptions(["--join", link, ...many])).toMatchObject({ ok: false });
  });
});
