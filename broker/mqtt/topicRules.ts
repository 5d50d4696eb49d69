// Who may publish and subscribe to what, over the topics of `shared/jobs/topics.ts`. A realm is `mb1/<tag>/`, whose tag
// only the members of a class know. Whoever publishes stands in the publisher's place of the topic, so nobody can speak
// for another; a filter names one exact realm, so nobody can list realms.

import { PeerId } from "#shared/base/ids.ts";
import { kib, type Bytes } from "#shared/base/units.ts";
import { parseJobTopic, senderOf, TOPIC_LIMIT, TOPIC_ROOT } from "#shared/jobs/topics.ts";

/** Largest payload: the largest message of the job protocol and the envelope round it. */
export const PAYLOAD_LIMIT: Bytes = kib(260);
/** Largest presence: every newcomer is sent one for every node. */
export const PRESENCE_LIMIT: Bytes = kib(16);

const TAG = /^[A-Za-z0-9_-]{22}$/;
/** A job id, or the name of a group. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

export interface Publication {
  readonly topic: string;
  readonly bytes: number;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

/** Why the publication is refused, or undefined if `client` may publish it. */
export function refusePublication(client: PeerId, publication: Publication): string | undefined {
  const { topic, bytes, qos, retain } = publication;
  const parsed = parseJobTopic(topic);
  if (parsed === undefined) return `${topic.slice(0, TOPIC_LIMIT)} is no topic of this broker`;
  if (parsed.kind !== "control" && senderOf(parsed) !== client) return "the topic is another node's";
  const isPresence = parsed.kind === "presence";
  if (retain && !isPresence) return "only presence may be retained";
  // aedes loses some QoS 2 deliveries when other qualities are mixed in; the job protocol acknowledges end to end.
  if (qos === 2) return "QoS 2 is not offered";
  return bytes > (isPresence ? PRESENCE_LIMIT : PAYLOAD_LIMIT) ? `${bytes} bytes are too many` : undefined;
}

/** Whether a topic is the client's own presence: the only place for a last will. */
export function isOwnPresence(client: PeerId, topic: string): boolean {
  const parsed = parseJobTopic(topic);
  return parsed?.kind === "presence" && parsed.peer === client;
}

/** Whether `client` may subscribe to a filter. `$share/…` has no place here: this broker cannot share. */
export function maySubscribe(client: PeerId, filter: string): boolean {
  const [root, tag = "", kind, ...rest] = filter.split("/");
  if (filter.length > TOPIC_LIMIT || root !== TOPIC_ROOT || !TAG.test(tag)) return false;
  switch (kind) {
    case "p":
    case "h":
    case "u":
      return rest.length === 1 && rest.every(isPeerOrAny);
    case "i":
    case "s":
      return rest[0] === client && fits(rest.slice(1), [isPeerOrAny]);
    case "o":
      return fits(rest, [isPeerOrAny, isNameOrAny]);
    case "g":
      return fits(rest, [isNameOrAny, isPeerOrAny]);
    case "c":
      return rest.length === 0;
    default:
      return false;
  }
}

/** Whether the levels pass the tests one by one. A `#` at the end stands for all that are left, at least one. */
function fits(levels: readonly string[], tests: readonly ((level: string) => boolean)[]): boolean {
  const open = levels.at(-1) === "#";
  const named = open ? levels.slice(0, -1) : levels;
  if (open ? named.length >= tests.length : named.length !== tests.length) return false;
  return named.every((level, index) => tests[index]?.(level) === true);
}

const isPeerOrAny = (level: string): boolean => level === "+" || PeerId.parse(level) !== undefined;
const isNameOrAny = (level: string): boolean => level === "+" || NAME.test(level);
