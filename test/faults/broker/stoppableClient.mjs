// A client of MQTT that reads what comes, in a process that a test stops: `node stoppableClient.mjs PORT ID USER PASSWORD REALM`.
import { connectAsync } from "mqtt";

const [port, clientId, username, password, realm] = process.argv.slice(2);
const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
  clientId,
  username,
  password: Buffer.from(password, "base64"),
  protocolVersion: 4,
  // The longest that the broker allows: it is not the keepalive that ends it.
  keepalive: 60,
  reconnectPeriod: 0,
  will: { topic: `${realm}/p/${clientId}`, payload: Buffer.from("gone"), qos: 1 },
});
client.on("error", () => {});
await client.subscribeAsync(`${realm}/i/${clientId}/#`, { qos: 1 });
process.send("subscribed");
