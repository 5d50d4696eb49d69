import type { ChunkingContext } from "rolldown";

export declare function firstNeededBy(id: string, context: ChunkingContext): string | null;
/** Of `app`: what comes from packages. */
export declare function neededLibraries(id: string, context: ChunkingContext): string | null;
/** Of `app`: what has no screen. */
export declare function neededCore(id: string, context: ChunkingContext): string | null;
