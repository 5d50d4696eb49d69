// Tells the page that a time has come. Timers of a worker go on in a hidden tab, whose own may wait for a minute.

interface Order {
  readonly id: number;
  /** Milliseconds; undefined: not wanted any more. */
  readonly delay: number | undefined;
}

const timers = new Map<number, ReturnType<typeof setTimeout>>();

addEventListener("message", ({ data }: MessageEvent<Order>) => {
  clearTimeout(timers.get(data.id));
  timers.delete(data.id);
  if (data.delay === undefined) return;
  const tell = (): void => {
    timers.delete(data.id);
    postMessage(data.id);
  };
  timers.set(data.id, setTimeout(tell, data.delay));
});
