// What a broker can do, and what Meshbook makes of it. Only the first check decides; the others say what is done without.

import type { Check } from "./check.ts";
import { CURE, WHY, type ProbeFailure } from "./probe.ts";

export type BrokerFailure = ProbeFailure | "login" | "denied";

export type BrokerFacts =
  /** `login`: it does not take ours. `denied`: it lets us in, and carries no message from one client to another. */
  | { readonly reached: false; readonly failure: BrokerFailure }
  | {
      readonly reached: true;
      readonly version: 4 | 5;
      /** How we were let in: the login that was given, none, or as members of a class at its host's own broker. */
      readonly as: "given" | "nobody" | "member";
      /** Of ten messages to a shared subscription of two, how many came; undefined if the subscription was refused. */
      readonly shared: number | undefined;
      readonly retained: boolean;
      /** Milliseconds until a last will came after its connection broke; undefined if it did not. */
      readonly will: number | undefined;
      /** Largest packet in bytes that the broker says it takes; undefined if it says nothing. */
      readonly said: number | undefined;
      /** Whether the largest message of the protocol came through, and how long 10 KiB (undefined: they did not) and a few bytes take. */
      readonly largest: boolean;
      readonly large: number | undefined;
      readonly small: number;
    };

/** Milliseconds above which cells on other computers feel slow, and for 10 KiB those that are cut into pieces. */
const SLOW = 50;
const USE_TCP = "Give agents the broker's TCP port (mqtt://, mqtts://); Mosquitto before 2.1 is slow over WebSocket.";

const ANOTHER_WAY =
  "Check port and scheme: mqtts:// or wss:// where it wants TLS, mqtt:// or ws:// where not, and ws(s):// on its WebSocket's port alone. Else a proxy between the computers cuts such connections.";
/** What to do about a broker that somebody else runs: `CURE` speaks of class hosts. */
const BROKER_CURE: Readonly<Record<BrokerFailure, string>> = {
  ...CURE,
  login: "Give the login with --broker-login FILE, or in MESHBOOK_BROKER_LOGIN: user:password, or a token.",
  denied:
    "Let this login publish and subscribe under mb1/, and let messages of all sizes pass: broker/acl has what to load into it.",
  refused: "Start the broker there, or check the port in its address.",
  unreachable: "Check the address, and that this network has a way to it.",
  timeout: "Check the address, and let its port through the firewall of the broker's computer.",
  name: "Check the name in the address, or give its address in numbers.",
  certificate:
    "Set NODE_EXTRA_CA_CERTS to the file (PEM) of whoever signed its certificate, for the class host and agents too, and give the name that the certificate is for.",
  forbidden: "Check the path in the address: many brokers want /mqtt.",
  missing: "Check the path in the address: many brokers want /mqtt.",
  silent: ANOTHER_WAY,
  unknown: ANOTHER_WAY,
};
const BROKER_WHY: Readonly<Record<BrokerFailure, string>> = {
  ...WHY,
  login: "it does not take this login",
  denied: "it lets in, and carries no message from one client to another",
  certificate: "its certificate is not trusted here, or is for another name",
  unknown: "what answers there does not speak as this address says",
};

/** `shown`: the address without a login in it. */
export function judgeBroker(shown: string, facts: BrokerFacts): readonly Check[] {
  if (!facts.reached) {
    const { failure } = facts;
    const found = `The broker cannot be used (${shown}): ${BROKER_WHY[failure]}.`;
    return [{ id: "broker", state: "problem", found, advice: BROKER_CURE[failure] }];
  }
  const { version, as } = facts;
  const how = { given: "with the login that was given", nobody: "without a login", member: "as a member of a class" }[
    as
  ];
  const found = `It lets in ${how} (${shown}); MQTT ${version === 5 ? "5" : "3.1.1"} will be used.`;
  return [{ id: "broker", state: "ok", found }, ...required(facts), share(facts), latency(facts)];
}

type Reached = BrokerFacts & { readonly reached: true };

function required(facts: Reached): readonly Check[] {
  const { retained, will } = facts;
  return [
    retained
      ? { id: "broker-retained", state: "ok", found: "It keeps presence for those who come later." }
      : {
          ...{
            id: "broker-retained",
            state: "problem",
            found: "It keeps no retained messages: computers do not see one another.",
          },
          advice: "Let the broker keep retained messages, and let clients publish them under mb1/+/p/.",
        },
    will !== undefined
      ? { id: "broker-will", state: "ok", found: `A connection that breaks is told after ${Math.round(will)} ms.` }
      : {
          ...{
            id: "broker-will",
            state: "warning",
            found: "It tells nobody when a connection breaks: lost computers are noticed by silence, after 3.5 s.",
          },
          advice: "Let the broker publish last wills under mb1/+/p/.",
        },
    size(facts),
  ];
}

/** Who is connected by WebSocket to a broker that is slow there asks others for pieces, so that this is no problem. */
function size({ largest, said, small, large }: Reached): Check {
  const limit = said === undefined ? "" : ` It says that it takes ${said} bytes.`;
  if (largest) return { id: "broker-size", state: "ok", found: `Messages of 256 KiB come through.${limit}` };
  if (large !== undefined && large - small > SLOW) {
    const found = `Messages of 256 KiB take more than 5 s: what is large is cut into pieces here.${limit}`;
    return { id: "broker-size", state: "warning", found, advice: USE_TCP };
  }
  return {
    ...{ id: "broker-size", state: "problem" },
    found: `Messages of ${large === undefined ? "10" : "256"} KiB do not come through.${limit}`,
    advice: "Let the broker take packets of 300,000 bytes (Mosquitto: max_packet_size, message_size_limit).",
  };
}

function share({ shared }: Reached): Check {
  const unused = "Meshbook does not use them.";
  if (shared === undefined)
    return { id: "broker-share", state: "ok", found: `Shared subscriptions are refused. ${unused}` };
  if (shared === 10) return { id: "broker-share", state: "ok", found: `Shared subscriptions work. ${unused}` };
  return {
    ...{ id: "broker-share", state: "warning" },
    found: `Shared subscriptions are granted, but of 10 messages ${shared} came. ${unused}`,
    advice: "Let other programs not rely on $share at this broker.",
  };
}

function latency({ small, large }: Reached): Check {
  const larger = large === undefined ? "" : `, one of 10 KiB ${large.toFixed(1)} ms`;
  const took = `A message to another takes ${small.toFixed(1)} ms (median of 50)${larger}`;
  if (small > SLOW) {
    const advice = "Use a broker that is nearer: each cell on another computer waits for several messages.";
    return { id: "broker-latency", state: "warning", found: `${took}: far.`, advice };
  }
  if (large === undefined || large - small <= SLOW) return { id: "broker-latency", state: "ok", found: `${took}.` };
  return {
    ...{ id: "broker-latency", state: "warning" },
    found: `${took}: what is large is cut into pieces here.`,
    advice: USE_TCP,
  };
}
