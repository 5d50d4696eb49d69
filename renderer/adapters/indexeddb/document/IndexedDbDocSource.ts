// Keeps a room's document in IndexedDB, in y-indexeddb's database layout: a stock `IndexeddbPersistence` of the same name
// reads ours and we read its. Used of y-indexeddb: the layout, `fetchUpdates` (to compare what a stock client would read
// with what we hold), `PREFERRED_TRIM_SIZE` and `clearDocument` (in IndexedDbLibraryStore). Its class and `storeState`
// are replaced, because these faults cannot be closed from outside:
//
// | y-indexeddb 9 does | here |
// | opening fails or hangs: `whenSynced` pends for ever, nothing is said | status `failed` with a code and words |
// | quota or abort: the row is lost while `synced` stays true | `held` only after `complete`; the batch goes back to the queue, one retry, then `failed`, and tries again by itself |
// | connection closed under it: the next edit throws inside the editor | writes run apart from edits; reopens, and stores what the database lacks |
// | every open appends the whole state | stores what is missing, which is nothing for an unchanged document |
// | compaction waits for a second of quiet | by rows and by bytes, after any batch, however busy the document is |
// | compaction deletes in the transaction that adds, unread | adds, completes, reads back, compares, then deletes |
// | one row per keystroke | batches of 60 ms, merged to one row |
// | a damaged row stops all that follow, or is read as other text | checksum per row; set aside, the rest loads, a warning says so |
// | a transaction of a page that goes is aborted | what is not stored is handed over in one call that is committed at once |
// | relaxed durability throughout | strict for compaction, flush, and when the page is hidden |

import type { RoomId } from "#shared/base/ids.ts";
import type { AttachedDocument, AttachedSource, DocSource, SourceStatus } from "#shared/ports/DocSource.ts";
import { DiskSession } from "./DiskSession.ts";
import { roomDatabaseName } from "./roomDatabase.ts";
import { browserPage, type PageLifecycle } from "../../page/pageLifecycle.ts";

export class IndexedDbDocSource implements DocSource {
  readonly kind = "disk";
  readonly #name: string;
  readonly #page: PageLifecycle;

  constructor(room: RoomId, page: PageLifecycle = browserPage) {
    this.#name = roomDatabaseName(room);
    this.#page = page;
  }

  attach({ doc }: AttachedDocument, report: (status: SourceStatus) => void): AttachedSource {
    return new DiskSession(this.#name, doc, { report, page: this.#page });
  }
}
