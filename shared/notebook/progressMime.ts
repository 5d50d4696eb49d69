/** How far a run has come (see progress.ts). */
export const PROGRESS_MIME = "application/vnd.meshbook.progress+json";
