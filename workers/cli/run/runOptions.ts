import { seconds, type Milliseconds } from "#shared/base/units.ts";
import type { ConvertFormat } from "../files/convertFormats.ts";
import type { Parameters } from "./parameters.ts";

/** What `meshbook run` is told. */
export interface RunOptions {
  readonly out?: string;
  readonly from?: ConvertFormat;
  readonly to?: ConvertFormat;
  /** Of one cell; undefined for as long as it takes. */
  readonly timeout?: Milliseconds;
  readonly param?: Parameters;
  readonly json?: boolean;
  readonly wheels?: string;
  readonly allowOrigin?: readonly string[];
}

/** Node's timers take no more (a month). */
export const LONGEST_TIMEOUT = seconds(2_147_483);
