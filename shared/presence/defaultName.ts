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

/** Highest number after a default name. Whoever takes each name that we give ourselves has us stop here. */
export const LAST_NAME_NUMBER = 99;

/** `Otter`, `Otter 2`, `Otter 3` … */
export const numberedName = (peer: PeerId, number: number): string =>
  number === 1 ? defaultName(peer) : `${defaultName(peer)} ${number}`;

/** Somebody who is here. */
export interface NamedPeer {
  readonly peer: PeerId;
  readonly name: string;
}

/**
 * The number after our default name among these others, from 1; `number` is the one we have. Of two devices with one name the
 * one with the smaller id keeps it, and so does whoever chose it. It only rises: where we are in two places, giving way in
 * one must not give way in the other for ever.
 */
export function nameNumberAmong(own: PeerId, number: number, others: readonly NamedPeer[]): number {
  const keepers = others.filter(({ peer, name }) => {
    return name === numberedName(own, number) && peer !== own && (peer < own || defaultName(peer) !== defaultName(own));
  });
  if (keepers.length === 0) return number;
  const names = new Set(others.map(({ name }) => name));
  let next = number + 1;
  while (names.has(numberedName(own, next))) next++;
  return Math.min(next, LAST_NAME_NUMBER);
}
