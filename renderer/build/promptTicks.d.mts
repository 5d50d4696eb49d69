import type { Plugin } from "rolldown";

/** mqtt.js for browsers goes on at once where it has only to be called again, instead of by a timer. */
export function promptTicks(): Plugin;
