// The names jobs travel under. The last level of a topic that carries messages is always its sender, so that a broker
// which ties topics to client ids makes impersonation impossible.

import { PeerId, RunId } from "../base/ids.ts";

/** First level of every topic; the number is the version of this grammar. */
export const TOPIC_ROOT = "mb1";
/** Longest topic of the grammar: root, tag, kind and two ids of 64 characters, rounded up. */
export const TOPIC_LIMIT = 192;

/** What a topic is for. `tag` is the class's `RoomKeys.topicTag`. */
export type JobTopic = { readonly tag: string } &
  /** Retained: what a peer shows of itself, or its last will. */
  (
    | { readonly kind: "presence"; readonly peer: PeerId }
    /** Batches of messages from one peer to another. */
    | { readonly kind: "inbox"; readonly to: PeerId; readonly from: PeerId }
    /** An agent lives and still has these jobs. */
    | { readonly kind: "heartbeat"; readonly peer: PeerId }
    /** Output of one job for viewers other than its requester. */
    | { readonly kind: "output"; readonly peer: PeerId; readonly job: RunId }
    /** Orders of the class's owner. */
    | { readonly kind: "control" }
    /** Contributions of a peer to a group. */
    | { readonly kind: "group"; readonly group: string; readonly peer: PeerId }
    /** Frames of a document's sync, to one peer or to all; here `tag` is the notebook's. */
    | { readonly kind: "sync"; readonly to: PeerId; readonly from: PeerId }
    | { readonly kind: "sync-all"; readonly peer: PeerId }
  );

const TAG = /^[A-Za-z0-9_-]{22}$/;
const GROUP = /^[A-Za-z0-9_-]{1,64}$/;

/** Reads a topic name (not a filter); undefined for whatever the grammar does not have. */
export function parseJobTopic(topic: string): JobTopic | undefined {
  if (topic.length > TOPIC_LIMIT) return undefined;
  const [root, tag = "", kind = "", ...ids] = topic.split("/");
  if (root !== TOPIC_ROOT || !TAG.test(tag)) return undefined;
  if (ids.length === 0) return kind === "c" ? { tag, kind: "control" } : undefined;
  return ids.length === 1 ? parseOwn(tag, kind, ids[0]) : parsePair(tag, kind, ids);
}

function parseOwn(tag: string, kind: string, id: string | undefined): JobTopic | undefined {
  const peer = PeerId.parse(id);
  if (peer === undefined) return undefined;
  if (kind === "p") return { tag, kind: "presence", peer };
  if (kind === "u") return { tag, kind: "sync-all", peer };
  return kind === "h" ? { tag, kind: "heartbeat", peer } : undefined;
}

function parsePair(tag: string, kind: string, ids: readonly string[]): JobTopic | undefined {
  const [first = "", second, ...rest] = ids;
  if (rest.length > 0) return undefined;
  const last = PeerId.parse(second);
  const to = PeerId.parse(first);
  const job = RunId.parse(second);
  if (kind === "o") return to && job ? { tag, kind: "output", peer: to, job } : undefined;
  if (kind === "i") return to && last ? { tag, kind: "inbox", to, from: last } : undefined;
  if (kind === "s") return to && last ? { tag, kind: "sync", to, from: last } : undefined;
  return kind === "g" && last && GROUP.test(first) ? { tag, kind: "group", group: first, peer: last } : undefined;
}

/** The topic's name; the inverse of `parseJobTopic`. */
export function formatJobTopic(topic: JobTopic): string {
  const prefix = `${TOPIC_ROOT}/${topic.tag}`;
  switch (topic.kind) {
    case "presence":
      return `${prefix}/p/${topic.peer}`;
    case "inbox":
      return `${prefix}/i/${topic.to}/${topic.from}`;
    case "heartbeat":
      return `${prefix}/h/${topic.peer}`;
    case "output":
      return `${prefix}/o/${topic.peer}/${topic.job}`;
    case "control":
      return `${prefix}/c`;
    case "group":
      return `${prefix}/g/${topic.group}/${topic.peer}`;
    case "sync":
      return `${prefix}/s/${topic.to}/${topic.from}`;
    case "sync-all":
      return `${prefix}/u/${topic.peer}`;
  }
}

/** Who publishes under this topic; undefined for the control topic, whose sender stands in the envelope alone. */
export function senderOf(topic: JobTopic): PeerId | undefined {
  if (topic.kind === "control") return undefined;
  return topic.kind === "inbox" || topic.kind === "sync" ? topic.from : topic.peer;
}

/** What a peer subscribes to: always the first two, heartbeats while it waits for jobs. */
export const jobFilters = {
  presence: (tag: string): string => `${TOPIC_ROOT}/${tag}/p/+`,
  inbox: (tag: string, peer: PeerId): string => `${TOPIC_ROOT}/${tag}/i/${peer}/+`,
  heartbeats: (tag: string): string => `${TOPIC_ROOT}/${tag}/h/+`,
};

/** What a peer subscribes to for the sync of one notebook. */
export const syncFilters = {
  own: (tag: string, peer: PeerId): string => `${TOPIC_ROOT}/${tag}/s/${peer}/+`,
  all: (tag: string): string => `${TOPIC_ROOT}/${tag}/u/+`,
};
