/**
 * Lets whatever else waits come first, a key above all: between steps that would else be one long task, because what is awaited
 * is often there already. Pages in the background are not slowed down by it, as by timers.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
