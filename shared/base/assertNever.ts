/** For unions that are ours alone: a case the compiler believes impossible is a bug, and says so. */
export function assertNever(value: never): never {
  throw new Error(`unexpected case: ${JSON.stringify(value)}`);
}
