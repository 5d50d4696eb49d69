// Entry of the exporter thread: makes files of documents, and finds what blobs they mention, away from the thread that
// serves the class.

import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parentPort } from "node:worker_threads";
import { messageOf } from "#shared/base/errors.ts";
import { mib, type Bytes } from "#shared/base/units.ts";
import type { ReadBody } from "#shared/formats/ipynb/outputs.ts";
import { exportNotebook } from "./exportNotebook.ts";
import type { ExportJob, ThreadJob, ThreadReply } from "./exporterMessages.ts";
import { readReferences } from "./readReferences.ts";

/** Outputs of one notebook beyond this stay out of its file, where a line stands for each. */
const BODIES_LIMIT: Bytes = mib(128);

function readerOf({ room, blobs }: ExportJob): ReadBody {
  let left: number = BODIES_LIMIT;
  return ({ hash }) => {
    const path = join(blobs, room, hash);
    try {
      const { size } = statSync(path);
      if (size > left) return undefined;
      const body = readFileSync(path);
      left -= body.length;
      // A disk may have changed it since; better a line that says "not at hand" than a wrong picture.
      return createHash("sha256").update(body).digest("hex") === hash ? body.toString("utf8") : undefined;
    } catch {
      return undefined;
    }
  };
}

async function answer(job: ThreadJob): Promise<ThreadReply> {
  try {
    if (job.type === "references") {
      const hashes = await readReferences(job);
      return hashes === undefined ? { type: "no-notebook" } : { type: "references", hashes };
    }
    const notebook = exportNotebook(job.updates, readerOf(job));
    return notebook === undefined ? { type: "no-notebook" } : { type: "exported", notebook };
  } catch (error) {
    return { type: "failed", message: messageOf(error) };
  }
}

parentPort?.on("message", (job) => {
  // reason: the only sender is the host of the same build.
  void answer(job as ThreadJob).then((reply) => parentPort?.postMessage(reply));
});
