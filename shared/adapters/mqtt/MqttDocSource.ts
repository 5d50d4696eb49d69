import type { AttachedDocument, AttachedSource, DocSource, SourceStatus } from "../../ports/DocSource.ts";
import { NEED_AFTER, type MqttGiven, type MqttOptions } from "./mqttOptions.ts";
import { RelaySession } from "./RelaySession.ts";

/**
 * Documents and presence over an MQTT broker, for when nothing better gets through. Always attached, and silent while
 * nobody in the room needs it.
 */
export class MqttDocSource implements DocSource {
  readonly kind = "mqtt";
  readonly #options: MqttOptions;

  constructor(given: MqttGiven) {
    this.#options = { needAfter: NEED_AFTER, random: Math.random, ...given };
  }

  attach(document: AttachedDocument, report: (status: SourceStatus) => void): AttachedSource {
    return new RelaySession(this.#options, document, report);
  }
}
