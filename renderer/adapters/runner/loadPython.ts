import {
  parsePythonIndex,
  PYTHON_INDEX_PATH,
  type PythonFile,
  type PythonFiles,
} from "#shared/contracts/kernel/pythonFiles.ts";
import { fetchPart, once, type PartWords } from "./fetchPart.ts";

/** Gets the files from which Python starts. Rejects with what to do, for people. */
export type LoadPython = () => Promise<PythonFiles>;

const WORDS: PartWords = {
  notHere:
    "Python is not on this computer yet. Connect to where this page came from, and run the cell again; from then on it " +
    "starts without a network.",
  notServed: "this page comes from a host that has no Python. Update it and reload the page.",
};

/**
 * From this page's own server, once for all kernels: as blobs the files are not in the page's memory, and the next
 * notebook has them at once. What could not be had is asked for again the next time.
 */
export const createPythonLoader = (): LoadPython => once(fetchPython);

async function fetchPython(): Promise<PythonFiles> {
  const index = parsePythonIndex(await fetchPart(PYTHON_INDEX_PATH, WORDS, (response) => response.json()));
  if (index === undefined) throw new Error(WORDS.notServed);
  const get = (file: PythonFile): Promise<Blob> => {
    const address = index[file];
    if (address === undefined) return Promise.reject(new Error(WORDS.notServed));
    return fetchPart(address, WORDS, (response) => response.blob());
  };
  // Without its snapshot Python starts more slowly; that is no reason not to start.
  const snapshot = get("snapshot").catch(() => undefined);
  const [asm, wasm, stdlib, kernel] = await Promise.all([get("asm"), get("wasm"), get("stdlib"), get("kernel")]);
  const made = await snapshot;
  return { asm, wasm, stdlib, kernel, ...(made && { snapshot: made }) };
}
