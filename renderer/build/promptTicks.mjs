// mqtt.js for browsers has a `process.nextTick` that waits for `setTimeout(…, 0)`: a millisecond for each of the many turns
// that a message takes in its streams, and in a page that nobody sees up to a second, or a minute.

const MQTT = /node_modules\/mqtt\/dist\/mqtt\.esm\.js$/;

/** Inside of the module, timers without a delay are microtasks, as `nextTick` is in Node. On its first line, which has no map. */
const PROMPT =
  "const setTimeout = (run, delay, ...given) => " +
  "delay === 0 ? queueMicrotask(() => run(...given)) : globalThis.setTimeout(run, delay, ...given);";

/**
 * Plugin for Rolldown and Vite: mqtt.js goes on at once where it has only to be called again.
 *
 * @returns {{ name: string, transform: (code: string, id: string) => { code: string, map: null } | undefined }}
 */
export function promptTicks() {
  return {
    name: "prompt-ticks",
    transform: (code, id) => (MQTT.test(id.replaceAll("\\", "/")) ? { code: PROMPT + code, map: null } : undefined),
  };
}
