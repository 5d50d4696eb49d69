/** What to say where a part of the app cannot be had, for people. */
export interface PartWords {
  /** The page's server cannot be reached, and nothing is kept. */
  readonly notHere: string;
  /** The page's server does not have it. */
  readonly notServed: string;
}

/** Gets a file of the build from this page's own server, or from what is kept of it. @throws Error in the given words */
export async function fetchPart<Content>(
  path: string,
  words: PartWords,
  read: (response: Response) => Promise<Content>,
): Promise<Content> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: "same-origin" });
  } catch (error) {
    throw new Error(words.notHere, { cause: error });
  }
  if (!response.ok) throw new Error(words.notServed);
  return read(response);
}

/** The same promise for all who ask; after a failure the next one tries again. */
export function once<Content>(get: () => Promise<Content>): () => Promise<Content> {
  let found: Promise<Content> | undefined;
  return () => {
    found ??= get();
    found.catch(() => (found = undefined));
    return found;
  };
}
