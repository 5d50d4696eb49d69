/** The memory without its pages of zeros; `unpackSnapshot` gives it back. */
export function packSnapshot(memory: Uint8Array): Uint8Array<ArrayBuffer>;
