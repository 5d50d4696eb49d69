import { describe, expect, it } from "vitest";
import { formatJobTopic, parseJobTopic, senderOf, type JobTopic } from "#shared/jobs/topics.ts";
import { peerOf, runOf } from "../../../support/jobs/messages.ts";

const tag = "T".repeat(22);
const [a, b] = [peerOf("a"), peerOf("b")];

const cases: readonly (readonly [string, JobTopic, string | undefined])[] = [
  [`mb1/${tag}/p/${a}`, { tag, kind: "presence", peer: a }, a],
  [`mb1/${tag}/i/${a}/${b}`, { tag, kind: "inbox", to: a, from: b }, b],
  [`mb1/${tag}/h/${a}`, { tag, kind: "heartbeat", peer: a }, a],
  [`mb1/${tag}/o/${a}/job-1`, { tag, kind: "output", peer: a, job: runOf("job-1") }, a],
  [`mb1/${tag}/c`, { tag, kind: "control" }, undefined],
  [`mb1/${tag}/g/ring_1/${b}`, { tag, kind: "group", group: "ring_1", peer: b }, b],
  [`mb1/${tag}/s/${a}/${b}`, { tag, kind: "sync", to: a, from: b }, b],
  [`mb1/${tag}/u/${b}`, { tag, kind: "sync-all", peer: b }, b],
];

describe("topics of jobs", () => {
  it.each(cases)("reads and writes %s", (name, topic, sender) => {
    expect(parseJobTopic(name)).toEqual(topic);
    expect(formatJobTopic(topic)).toBe(name);
    expect(senderOf(topic)).toBe(sender);
  });

  it.each([
    "",
    "mb1",
    `mb1/${tag}`,
    `mb2/${tag}/c`,
    `mb1/short/c`,
    `/mb1/${tag}/c`,
    `mb1/${tag}/c/`,
    `mb1/${tag}/c/more`,
    `mb1/${tag}/p`,
    `mb1/${tag}/p/+`,
    `mb1/${tag}/p/${a}/`,
    `mb1/${tag}/p/${a}x`,
    `mb1/${tag}/i/${a}`,
    `mb1/${tag}/i/${a}/#`,
    `mb1/${tag}/i/${a}/${b}/more`,
    `mb1/${tag}/o/${a}/${"j".repeat(65)}`,
    `mb1/${tag}/g/a b/${b}`,
    `mb1/${tag}/x/${a}`,
    `mb1/${tag}/s/${a}`,
    `mb1/${tag}/u/${a}/${b}`,
    `mb1/${tag}/p/${a}\u0000`,
    `mb1/${tag}/g/${"g".repeat(200)}/${b}`,
  ])("refuses %j", (name) => {
    expect(parseJobTopic(name)).toBeUndefined();
  });
});
