import { createSocket, type Socket } from "node:dgram";
import { randomBytes } from "node:crypto";
import { networkInterfaces } from "node:os";
import type { MulticastFacts, UdpFacts } from "#shared/doctor/judgeNetwork.ts";

/** Milliseconds that a datagram may take from this computer to itself. */
const PATIENCE = 1000;
/** The group of mDNS, by which `.local` names travel. */
const MDNS_GROUP = "224.0.0.251";
const LOOPBACK = "127.0.0.1";

/** This computer's IPv4 addresses on its networks. */
export function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address);
}

export async function probeUdp(addresses: readonly string[]): Promise<UdpFacts> {
  const [loopback, lan] = await Promise.all([
    comesBack(LOOPBACK),
    Promise.all(addresses.map(async (address) => ({ address, cameBack: await comesBack(address) }))),
  ]);
  return { loopback, lan };
}

function comesBack(address: string): Promise<boolean> {
  const socket = createSocket("udp4");
  return hears(socket, (token) => {
    socket.bind(0, address, () => socket.send(token, socket.address().port, address));
  });
}

/** Joins the group on a port of its own, so that nothing is said to those who listen for names. */
export async function probeMulticast(addresses: readonly string[]): Promise<MulticastFacts> {
  const tried = await Promise.all(addresses.map(joinsAndHears));
  const joined = tried.some((one) => one.joined);
  return { joined, heard: tried.some((one) => one.heard), inNetwork: addresses.length > 0 };
}

async function joinsAndHears(address: string): Promise<{ readonly joined: boolean; readonly heard: boolean }> {
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  let joined = false;
  const heard = await hears(socket, (token) => {
    socket.bind(0, () => {
      try {
        socket.addMembership(MDNS_GROUP, address);
        socket.setMulticastInterface(address);
        socket.setMulticastLoopback(true);
        joined = true;
        socket.send(token, socket.address().port, MDNS_GROUP);
      } catch {
        socket.emit("error", new Error("no multicast here"));
      }
    });
  });
  return { joined, heard };
}

/** Whether the socket hears the token that `send` sends. */
async function hears(socket: Socket, send: (token: Buffer) => void): Promise<boolean> {
  const token = randomBytes(16);
  try {
    return await new Promise<boolean>((resolve) => {
      setTimeout(() => resolve(false), PATIENCE).unref();
      socket.on("message", (data) => {
        if (data.equals(token)) resolve(true);
      });
      socket.on("error", () => resolve(false));
      send(token);
    });
  } finally {
    socket.close();
  }
}
