import { inject } from "vitest";
import { MqttJobTransport } from "#shared/adapters/MqttJobTransport.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { CuttableProxy } from "../support/CuttableProxy.ts";
import { startEmbedded } from "../support/brokers/startEmbedded.ts";
import { startMosquitto, type RunningBroker } from "../support/brokers/startMosquitto.ts";
import { LONG } from "../support/property.ts";
import { describeJobTransport } from "./jobTransport.ts";

function describeOver(name: string, start: () => Promise<RunningBroker>): void {
  for (const over of name === "Mosquitto" && !LONG ? (["TCP"] as const) : (["TCP", "WebSocket"] as const)) {
    // It takes its time, over each broker the same.
    const isSlowed = LONG || (name !== "Mosquitto" && over === "TCP");
    let broker: RunningBroker | undefined;
    const proxies: CuttableProxy[] = [];
    describeJobTransport(`MqttJobTransport to ${name} over ${over}`, {
      start: async () => {
        broker = await start();
      },
      connect: async (peer, will, realm) => {
        const proxy = await CuttableProxy.start((over === "TCP" ? broker?.port : broker?.webSocketPort) ?? 0);
        proxies.push(proxy);
        const transport = new MqttJobTransport({
          url: realm.access(
            peer,
            over === "TCP" ? `mqtt://127.0.0.1:${proxy.port}` : `ws://127.0.0.1:${proxy.port}/mqtt`,
          ),
          clientId: peer,
          will,
          load: () => import("mqtt"),
          clock: systemClock,
        });
        return {
          transport,
          cut: () => proxy.cut(),
          mend: () => proxy.mend(),
          ...(isSlowed ? { slow: (rate: number) => proxy.slow(rate) } : {}),
        };
      },
      stop: async () => {
        for (const proxy of proxies.splice(0)) await proxy.close();
        await broker?.stop();
      },
    });
  }
}

describeOver("the embedded broker", startEmbedded);

const mosquitto = inject("mosquitto");
if (mosquitto !== "") describeOver("Mosquitto", () => startMosquitto(mosquitto));
