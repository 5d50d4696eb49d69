/**
 * Lets what waits come first: input, a picture. Between the steps of a start, which would else be one long task, because what
 * is awaited is often there already.
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
