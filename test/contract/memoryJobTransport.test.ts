import { MemoryJobBroker } from "#shared/adapters/MemoryJobTransport.ts";
import { describeJobTransport } from "./jobTransport.ts";

let broker = new MemoryJobBroker();

describeJobTransport("MemoryJobTransport", {
  start: () => {
    broker = new MemoryJobBroker();
    return Promise.resolve();
  },
  connect: (_peer, will) => {
    const transport = broker.connect(will);
    return Promise.resolve({ transport, cut: () => transport.sever(), mend: () => transport.reconnect() });
  },
  stop: () => Promise.resolve(),
});
