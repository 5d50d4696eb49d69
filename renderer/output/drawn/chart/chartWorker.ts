// Draws charts beside the page, which goes on whatever they compute.

import { messageOf } from "#shared/base/errors.ts";
import type { JsonValue } from "#shared/base/parse.ts";
import { drawChart } from "./drawChart.ts";

export interface ChartRequest {
  readonly id: number;
  readonly spec: JsonValue;
  readonly dark: boolean;
}

export type ChartAnswer =
  | { readonly id: number; readonly svg: string }
  | { readonly id: number; readonly failure: string };

addEventListener("message", ({ data }: MessageEvent<ChartRequest>) => {
  const { id, spec, dark } = data;
  const answer = (given: ChartAnswer): void => postMessage(given);
  drawChart(spec, dark).then(
    (svg) => answer({ id, svg }),
    (error: unknown) => answer({ id, failure: messageOf(error) }),
  );
});
