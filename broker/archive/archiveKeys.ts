// Under which keys the documents of a class host are stored; Archive.ts says what they hold.

import type { RoomId } from "#shared/base/ids.ts";

/** Digits of an update's number in its key, so that keys sort as numbers do. */
const NUMBER_DIGITS = 12;

export interface KeyRange {
  readonly gte: string;
  readonly lt: string;
}

const roomPrefix = (room: RoomId): string => `doc/${room}/`;
export const snapshotKey = (room: RoomId): string => `${roomPrefix(room)}s`;
export const previousKey = (room: RoomId): string => `${roomPrefix(room)}p`;
const numbered = (number: number): string => String(number).padStart(NUMBER_DIGITS, "0");
export const updateKey = (room: RoomId, number: number): string => `${roomPrefix(room)}u/${numbered(number)}`;
export const asideKey = (room: RoomId, number: number): string => `${roomPrefix(room)}o/${numbered(number)}`;
export const isUpdateKey = (room: RoomId, key: string): boolean => key.startsWith(`${roomPrefix(room)}u/`);
export const numberOf = (key: string): number => Number(key.slice(-NUMBER_DIGITS));

/** Keys between two parts of a room; `0` is the character after `/`. */
const between = (room: RoomId, from: string, to: string): KeyRange => ({
  gte: `${roomPrefix(room)}${from}`,
  lt: `${roomPrefix(room)}${to}`,
});
export const updateRange = (room: RoomId): KeyRange => between(room, "u/", "u0");
export const asideRange = (room: RoomId): KeyRange => between(room, "o/", "o0");
/** The snapshot and the updates since. */
export const presentRange = (room: RoomId): KeyRange => between(room, "s", "u0");
/** The generation before. */
export const previousRange = (room: RoomId): KeyRange => between(room, "o/", "p0");
/** Where a record is set aside. */
export const badKey = (room: RoomId, key: string): string => `bad/${room}/${key.slice(roomPrefix(room).length)}`;
export const badRange = (room: RoomId): KeyRange => ({ gte: `bad/${room}/`, lt: `bad/${room}0` });
