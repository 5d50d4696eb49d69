import { describe, expect, it } from "vitest";
import { PeerId } from "#shared/base/ids.ts";
import {
  isOwnPresence,
  maySubscribe,
  PAYLOAD_LIMIT,
  PRESENCE_LIMIT,
  refusePublication,
  type Publication,
} from "../../../../broker/mqtt/topicRules.ts";

const tag = "TTTTTTTTTTTTTTTTTTTTTT";
const me = PeerId.parse("mmmmmmmmmmmmmmmmmmmmmm")!;
const you = PeerId.parse("yyyyyyyyyyyyyyyyyyyyyy")!;
const publication = (topic: string, more: Partial<Publication> = {}): Publication => ({
  topic,
  bytes: 10,
  qos: 1,
  retain: false,
  ...more,
});

describe("refusePublication", () => {
  it.each([
    `p/${me}`,
    `h/${me}`,
    `i/${you}/${me}`,
    `i/${me}/${me}`,
    `o/${me}/job-1`,
    "c",
    `g/group/${me}`,
    `s/${you}/${me}`,
    `u/${me}`,
  ])("lets a node publish to %s", (path) =>
    expect(refusePublication(me, publication(`mb1/${tag}/${path}`))).toBeUndefined(),
  );

  it.each([
    `p/${you}`,
    `h/${you}`,
    `i/${me}/${you}`,
    `i/${you}`,
    `i/${you}/${me}/more`,
    `o/${you}/job-1`,
    `o/${me}`,
    `g/group/${you}`,
    `g/gr oup/${me}`,
    `s/${me}/${you}`,
    `u/${you}`,
    "c/x",
    "c/",
    "",
    "x",
    `p/${me}/`,
  ])("refuses %j", (path) => expect(refusePublication(me, publication(`mb1/${tag}/${path}`))).toBeDefined());

  it.each([`mb2/${tag}/c`, "mb1/short/c", `mb1/${tag}x/c`, `/mb1/${tag}/c`, "$SYS/x", "c", `mb1//${tag}/c`])(
    "refuses %s, which is in no realm",
    (topic) => expect(refusePublication(me, publication(topic))).toBeDefined(),
  );

  it("retains presence only", () => {
    expect(refusePublication(me, publication(`mb1/${tag}/p/${me}`, { retain: true }))).toBeUndefined();
    expect(refusePublication(me, publication(`mb1/${tag}/c`, { retain: true }))).toMatch(/presence/);
    expect(refusePublication(me, publication(`mb1/${tag}/u/${me}`, { retain: true }))).toMatch(/presence/);
  });

  it("limits size and quality", () => {
    expect(refusePublication(me, publication(`mb1/${tag}/c`, { qos: 2 }))).toMatch(/QoS 2/);
    expect(refusePublication(me, publication(`mb1/${tag}/c`, { bytes: PAYLOAD_LIMIT }))).toBeUndefined();
    expect(refusePublication(me, publication(`mb1/${tag}/c`, { bytes: PAYLOAD_LIMIT + 1 }))).toMatch(/too many/);
    expect(refusePublication(me, publication(`mb1/${tag}/p/${me}`, { bytes: PRESENCE_LIMIT + 1 }))).toMatch(/too many/);
  });
});

describe("maySubscribe", () => {
  it.each([
    "p/+",
    `p/${you}`,
    "h/+",
    `h/${you}`,
    `i/${me}/#`,
    `i/${me}/+`,
    `i/${me}/${you}`,
    "o/#",
    "o/+/job-1",
    `o/${you}/#`,
    `o/${you}/+`,
    `o/${you}/job-1`,
    "c",
    "g/#",
    "g/group/#",
    "g/group/+",
    `g/group/${you}`,
    `s/${me}/+`,
    "u/+",
  ])("lets a node subscribe to %s", (path) => expect(maySubscribe(me, `mb1/${tag}/${path}`)).toBe(true));

  it.each([
    "#",
    "+",
    "p/#",
    "p/+/+",
    `i/${you}/#`,
    "i/+/+",
    "i/#",
    `i/${me}`,
    `i/${me}/#/x`,
    "o",
    "o/+/+/+",
    "o/#/job-1",
    "c/#",
    "c/+",
    "g/gr oup/#",
    "x/#",
    `s/${you}/+`,
    "s/+/+",
    "u/#",
    "",
  ])("refuses %j", (path) => expect(maySubscribe(me, `mb1/${tag}/${path}`)).toBe(false));

  it.each([
    "#",
    "+/+/c",
    `mb1/+/p/+`,
    "mb1/#",
    `$share/group/mb1/${tag}/c`,
    "$SYS/#",
    `mb1/${tag}`,
    `mb1/${tag.slice(1)}/c`,
    `mb1/${tag}/c${"x".repeat(300)}`,
  ])("refuses %s, which names no single realm", (filter) => expect(maySubscribe(me, filter)).toBe(false));
});

describe("isOwnPresence", () => {
  it("is the only place for a last will", () => {
    expect(isOwnPresence(me, `mb1/${tag}/p/${me}`)).toBe(true);
    expect(isOwnPresence(me, `mb1/${tag}/p/${you}`)).toBe(false);
    expect(isOwnPresence(me, `mb1/${tag}/c`)).toBe(false);
  });
});
