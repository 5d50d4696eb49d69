import type { ChunkingContext } from "rolldown";

export declare function firstNeededBy(id: string, context: ChunkingContext): string | null;
