/** Ends a subscription or gives a resource back. Calling it twice does nothing more. */
export type Dispose = () => void;

/** Runs every dispose even if one throws; then throws the first error. */
export function disposeAll(disposes: readonly Dispose[]): void {
  let failure: { error: unknown } | undefined;
  for (const dispose of disposes) {
    try {
      dispose();
    } catch (error) {
      failure ??= { error };
    }
  }
  if (failure) throw failure.error;
}
