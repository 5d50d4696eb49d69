import type { Milliseconds } from "../../base/units.ts";
import { isAgentMessage } from "../jobMessage.ts";
import type { RequesterEvent } from "../requesterMachine.ts";
import type { LinkEvent } from "./JobLink.ts";

/** What a link tells, as the machine knows it; undefined for what is no matter of jobs. */
export function requesterEvent(
  event: Exclude<LinkEvent, { type: "superseded" }>,
  at: Milliseconds,
): RequesterEvent | undefined {
  switch (event.type) {
    case "online":
      return { type: "went-online", at };
    case "offline":
      return { type: "went-offline", at };
    case "seen":
      return { type: "agent-seen", agent: event.peer, incarnation: event.incarnation, at };
    case "gone":
      return { type: "agent-gone", agent: event.peer, final: event.final, at };
    case "message":
      if (!isAgentMessage(event.message)) return undefined;
      return { type: "message-received", from: event.from, message: event.message, at };
    case "heartbeat":
      return { type: "heartbeat-received", from: event.from, jobs: event.jobs, at };
  }
}
