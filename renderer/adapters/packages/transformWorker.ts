// Reads modules beside the page: a large package takes a tenth of a second.

import { expose } from "comlink";
import { transformModule } from "#shared/packages/transformModule.ts";

const api = { transform: transformModule };

export type TransformApi = typeof api;

expose(api);
