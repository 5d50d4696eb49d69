import type { DirectFacts } from "#shared/doctor/judgeNetwork.ts";
import { PROBE_LIMIT } from "./probeSocket.ts";

/** Connects this page to itself by WebRTC, as it would to others: what it cannot do alone it cannot do with them. */
export async function probeDirect(limit: number = PROBE_LIMIT): Promise<DirectFacts> {
  // Deleted by extensions and by settings, although the DOM types promise it.
  const Connection = (globalThis as { RTCPeerConnection?: typeof RTCPeerConnection }).RTCPeerConnection; // reason: see above
  if (Connection === undefined) return { available: false, connected: false, hidden: false };
  let pair: readonly [RTCPeerConnection, RTCPeerConnection];
  try {
    pair = [new Connection(), new Connection()];
  } catch {
    // Forbidden by policy.
    return { available: false, connected: false, hidden: false };
  }
  const found = { kinds: new Set<string>(), hidden: false };
  try {
    const connected = await Promise.race([connect(pair, found), late(limit)]);
    return { available: true, connected, hidden: found.hidden, kinds: [...found.kinds].sort() };
  } catch {
    return { available: true, connected: false, hidden: found.hidden };
  } finally {
    for (const end of pair) end.close();
  }
}

/** True when a message came through. */
async function connect(
  [caller, called]: readonly [RTCPeerConnection, RTCPeerConnection],
  found: { kinds: Set<string>; hidden: boolean },
): Promise<boolean> {
  const pass = (from: RTCPeerConnection, to: RTCPeerConnection): void => {
    from.onicecandidate = ({ candidate }) => {
      if (candidate === null || candidate.candidate === "") return;
      if (candidate.type !== null) found.kinds.add(candidate.type);
      if (candidate.address?.endsWith(".local") === true) found.hidden = true;
      // One that cannot be used is one less; the connection tells in the end.
      to.addIceCandidate(candidate).catch(() => undefined);
    };
  };
  pass(caller, called);
  pass(called, caller);
  const heard = new Promise<boolean>((resolve) => {
    called.ondatachannel = ({ channel }) => (channel.onmessage = () => resolve(true));
  });
  const channel = caller.createDataChannel("doctor");
  channel.onopen = () => channel.send("hello");
  const offer = await caller.createOffer();
  await caller.setLocalDescription(offer);
  await called.setRemoteDescription(offer);
  const answer = await called.createAnswer();
  await called.setLocalDescription(answer);
  await caller.setRemoteDescription(answer);
  return heard;
}

const late = (limit: number): Promise<false> => new Promise((resolve) => setTimeout(() => resolve(false), limit));
