import type { PeerId } from "../base/ids.ts";

const ANIMALS = [
  ..."Otter Heron Lynx Marten Falcon Badger Ibis Gecko Tapir Newt Swift Raven Dormouse Stork Beaver Toucan".split(" "),
  ..."Wombat Puffin Jackdaw Ocelot Viscacha Quetzal Axolotl Condor Coati Manatee Kestrel Hoopoe Pika Seal".split(" "),
];

/** How a person is called who has not said their name: the same on every visit, and easy to tell apart in a room. */
export function defaultName(peer: PeerId): string {
  let sum = 7;
  for (const char of peer) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return ANIMALS[sum % ANIMALS.length] ?? "Guest";
}
