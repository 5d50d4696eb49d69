/** What a cell that ran on every computer of the class gave on each (see gathered.ts). */
export const GATHERED_MIME = "application/vnd.meshbook.gathered+json";
