import type { RunRecord } from "./runRecord.ts";

/** Kinds of outputs that can carry scripts. */
const MIMES = new Set(["text/html", "image/svg+xml"]);

/** Elements that run something, attributes that do when something happens, and addresses that are programs. */
const SCRIPTS = /<script[\s/>]|<[^>]+[\s"'/]on[a-z]+\s*=|javascript:/i;

/** True if a browser might find something to execute in it. Errs on that side: nothing is allowed by it. */
export const mayHaveScripts = (html: string): boolean => SCRIPTS.test(html);

/** Whether a run has an output that could carry scripts: whoever ran it signs it then. */
export const couldHaveScripts = ({ outputs }: Pick<RunRecord, "outputs">): boolean =>
  outputs.some(({ mime }) => MIMES.has(mime));
