import { mib, seconds, type Bytes, type Milliseconds } from "../../base/units.ts";

/** One wheel: the largest for this Python has a third of it. */
export const WHEEL_SIZE: Bytes = mib(64);
/** All wheels of one kernel: unpacked they are in its memory, some three times as large. */
export const WHEELS_SIZE: Bytes = mib(256);
/** Wheels of one kernel: pandas with matplotlib, scipy and scikit-learn has some 20. */
export const WHEELS_COUNT = 200;
/** From asking for one to its last byte: 64 MiB by a slow line take some minutes. */
export const WHEEL_TIME: Milliseconds = seconds(300);
/** Different modules that one run has looked after. */
export const WHEEL_IMPORTS_PER_RUN = 200;
