// The ACL file that we tell others to load, on a real Mosquitto, against clients that keep to no rule.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { PeerId, RoomId } from "#shared/base/ids.ts";
import { createRoomSecret, deriveRoomKeys } from "#shared/rooms/roomKeys.ts";
import { startMosquitto, type RunningBroker } from "../../support/brokers/startMosquitto.ts";

const binary = inject("mosquitto");
const realm = `mb1/${deriveRoomKeys(RoomId.create(), createRoomSecret()).topicTag}`;
const RETAINED = { qos: 1, retain: true } as const;

describe.runIf(binary !== "")("the ACL file for Mosquitto", () => {
  let broker: RunningBroker;
  const clients: MqttClient[] = [];
  beforeAll(async () => {
    broker = await startMosquitto(binary, {
      acl: readFileSync(join(import.meta.dirname, "../../../broker/acl/mosquitto.acl"), "utf8"),
    });
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.endAsync(true)));
    await broker.stop();
  });

  async function client(
    will?: string,
    id = PeerId.createPassing(),
  ): Promise<{ id: PeerId; mqtt: MqttClient; heard: string[] }> {
    const given = will === undefined ? {} : { will: { topic: will, payload: Buffer.from("w"), ...RETAINED } };
    const options = { clientId: id, protocolVersion: 4, reconnectPeriod: 0, ...given } as const;
    const mqtt = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, options);
    const heard: string[] = [];
    mqtt.on("message", (topic) => heard.push(topic));
    clients.push(mqtt);
    return { id, mqtt, heard };
  }

  it("lets peers say what the protocol says, under their own id, and hear it", async () => {
    const [ana, ben] = [await client(), await client()];
    await ben.mqtt.subscribeAsync([`${realm}/p/+`, `${realm}/h/+`, `${realm}/u/+`, `${realm}/i/${ben.id}/+`], {
      qos: 1,
    });
    await ben.mqtt.subscribeAsync([`${realm}/s/${ben.id}/+`, `${realm}/o/+/+`, `${realm}/g/+/+`, `${realm}/c`], {
      qos: 1,
    });
    const own = ["p", "h", "u", `i/${ben.id}`, `s/${ben.id}`, "g/group"].map((kind) => `${realm}/${kind}/${ana.id}`);
    const said = [...own, `${realm}/o/${ana.id}/job`, `${realm}/c`];
    for (const topic of said) await ana.mqtt.publishAsync(topic, "x", { qos: 1 });
    await expect.poll(() => ben.heard).toEqual(said);
  });

  it("tells nobody what a client says under another's id or outside the grammar, last wills included", async () => {
    const watcher = await client();
    await watcher.mqtt.subscribeAsync([`${realm}/p/+`, `${realm}/h/+`, `${realm}/i/${watcher.id}/+`, "other/#"], {
      qos: 1,
    });
    const known = watcher.heard.length;
    const ben = PeerId.createPassing();
    const hostile = await client(`${realm}/p/${ben}`);
    for (const topic of [`p/${ben}`, `h/${ben}`, `i/${watcher.id}/${ben}`, `i/${watcher.id}/${hostile.id}/more`]) {
      await hostile.mqtt.publishAsync(`${realm}/${topic}`, "x", RETAINED);
    }
    await hostile.mqtt.publishAsync("other/topic", "x", RETAINED);
    await hostile.mqtt.publishAsync(`${realm}/h/${hostile.id}`, "fence", { qos: 1 });
    await expect.poll(() => watcher.heard.slice(known)).toContain(`${realm}/h/${hostile.id}`);
    // Its last will is published, if at all, before its connection is known to be closed to a newer one of its id.
    hostile.mqtt.stream.destroy();
    const again = await client(undefined, hostile.id);
    await again.mqtt.publishAsync(`${realm}/p/${again.id}`, "fence", { qos: 1 });
    await expect.poll(() => watcher.heard.slice(known)).toContain(`${realm}/p/${again.id}`);
    const heard = watcher.heard.filter((topic) => !topic.includes(again.id));
    expect(heard.filter((topic) => topic.includes(ben) || topic.startsWith("other"))).toEqual([]);
  });

  it("gives nobody the messages of another", async () => {
    const [ana, ben, curious] = [await client(), await client(), await client()];
    // Mosquitto grants what it then does not deliver.
    await curious.mqtt.subscribeAsync(["#", `${realm}/i/${ben.id}/+`, "mb1/+/s/+/+"], { qos: 1 });
    await ben.mqtt.subscribeAsync(`${realm}/i/${ben.id}/+`, { qos: 1 });
    await ana.mqtt.publishAsync(`${realm}/i/${ben.id}/${ana.id}`, "private", { qos: 1 });
    await expect.poll(() => ben.heard).toEqual([`${realm}/i/${ben.id}/${ana.id}`]);
    await ana.mqtt.publishAsync(`${realm}/h/${ana.id}`, "fence", { qos: 1 });
    await expect.poll(() => curious.heard).toContain(`${realm}/h/${ana.id}`);
    expect(curious.heard.filter((topic) => topic.includes(`/i/${ben.id}`))).toEqual([]);
  });
});
