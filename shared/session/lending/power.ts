// When a lent computer takes a rest: its user must be able to take it home.

/** What the computer runs on. */
export interface Power {
  /** False: on battery. */
  readonly plugged: boolean;
  /** Of the battery, in percent, whole: 0 to 100. */
  readonly level: number;
}

/** Lent computers pause below this, in percent, unless their users say otherwise: enough for the next lesson. */
export const PAUSE_BELOW = 40;
/** What users choose from. */
export const PAUSE_LEVELS: readonly number[] = [20, 40, 60, 80];

/** `below`: percent; undefined: never. Without a battery, or where nothing is known of it, nothing pauses. */
export const isTooLow = (power: Power | undefined, below: number | undefined): power is Power =>
  power !== undefined && below !== undefined && !power.plugged && power.level < below;
