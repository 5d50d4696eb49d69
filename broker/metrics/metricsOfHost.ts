// What a class host tells whoever watches over it: how much and how many, never who or what.

import { metric, metricBy, type Metric } from "#shared/telemetry/exposition.ts";
import type { BrokerCounts } from "../mqtt/brokerCounts.ts";
import type { HubCounts } from "../sync/hubCounts.ts";
import type { StorageFacts } from "./StorageSizes.ts";

/** Answers and refusals of the http server. */
export interface HttpCounts {
  /** By the first digit of the status: `2xx`. */
  readonly responses: Readonly<Record<string, number>>;
  /** WebSockets that were refused. */
  readonly refusedSockets: number;
}

export interface HostFacts {
  readonly version: string;
  readonly hub: HubFacts;
  readonly http: HttpCounts;
  readonly traffic: { readonly read: number; readonly written: number };
  /** What the host's own broker last told; undefined where jobs go through another, or before its first word. */
  readonly mqtt: BrokerCounts | undefined;
  readonly storage: StorageFacts;
}

export interface HubFacts extends HubCounts {
  readonly connections: number;
  /** Devices that proved who they are; each connection of a client that cannot prove it counts for one. */
  readonly devices: number;
  readonly rooms: number;
}

export function hostMetrics({ version, hub, http, traffic, mqtt, storage }: HostFacts): readonly Metric[] {
  const build = { name: "meshbook_build_info", help: "The version that runs.", type: "gauge" } as const;
  return [
    { ...build, samples: [{ labels: { version }, value: 1 }] },
    metric("gauge", "meshbook_devices", "Devices that are connected to the sync hub.", hub.devices),
    metric("gauge", "meshbook_hub_connections", "Connections of the sync hub.", hub.connections),
    metric(
      "gauge",
      "meshbook_rooms",
      "Rooms in memory: documents that somebody has open, or had a minute ago.",
      hub.rooms,
    ),
    metricBy("counter", ["meshbook_hub_refused_total", "what"], "What the sync hub refused.", {
      frame: hub.refusedFrames,
      change: hub.refusedChanges,
      device: hub.refusedDevices,
    }),
    metric("counter", "meshbook_hub_slow_dropped_total", "Connections dropped because they did not read.", hub.dropped),
    metric("counter", "meshbook_receive_bytes_total", "Bytes that came in through the web port.", traffic.read),
    metric("counter", "meshbook_transmit_bytes_total", "Bytes that went out through the web port.", traffic.written),
    metricBy("counter", ["meshbook_http_responses_total", "code"], "Answers to requests.", http.responses),
    metric("counter", "meshbook_sockets_refused_total", "WebSockets that were refused.", http.refusedSockets),
    ...(mqtt === undefined ? [] : brokerMetrics(mqtt)),
    metricBy("gauge", ["meshbook_stored_bytes", "part"], "Size of what is kept, by folder.", storage.bytes),
    metricBy("gauge", ["meshbook_stored", "what"], "How many are kept.", storage.counts),
  ];
}

function brokerMetrics(mqtt: BrokerCounts): readonly Metric[] {
  return [
    metric(
      "gauge",
      "meshbook_mqtt_clients",
      "Clients of the broker: agents, and pages that can give them jobs.",
      mqtt.clients,
    ),
    metric("gauge", "meshbook_mqtt_presences", "Presences the broker retains.", mqtt.presences),
    metric("counter", "meshbook_mqtt_messages_total", "Messages that clients published.", mqtt.messages),
    metric("counter", "meshbook_mqtt_receive_bytes_total", "Bytes that came in from MQTT clients.", mqtt.bytesIn),
    metric("counter", "meshbook_mqtt_transmit_bytes_total", "Bytes that went out to MQTT clients.", mqtt.bytesOut),
    metricBy("counter", ["meshbook_mqtt_refused_total", "what"], "What the broker refused.", {
      login: mqtt.refusedLogins,
      publication: mqtt.refusedPublications,
      subscription: mqtt.refusedSubscriptions,
    }),
    metric("gauge", "meshbook_mqtt_resident_memory_bytes", "Resident memory of the broker's process.", mqtt.memory),
  ];
}
