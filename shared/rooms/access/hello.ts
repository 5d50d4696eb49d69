import type { RoomId } from "../../base/ids.ts";

/** Bytes of the host's challenge. */
export const CHALLENGE_BYTES = 32;

/** What a device signs to prove to a class host who it is. */
export interface Hello {
  readonly room: RoomId;
  /** Name and port under which the device reached the host: a host in the middle cannot pass the answer on to another. */
  readonly host: string;
  /** Random bytes of the host, for this connection only: an answer that was overheard is worth nothing. */
  readonly challenge: Uint8Array;
}

export function helloMessage({ room, host, challenge }: Hello): Uint8Array {
  const head = new TextEncoder().encode(`meshbook/1/hello\n${room}\n${host.toLowerCase()}\n`);
  const message = new Uint8Array(head.length + challenge.length);
  message.set(head);
  message.set(challenge, head.length);
  return message;
}
