import { isRecord, readString } from "../../base/parse.ts";

/** What a worker answers when it was given the files of a language. `cold`: it had to start the long way. */
export type LanguageStart =
  | { readonly status: "ready"; readonly cold: boolean }
  | { readonly status: "failed"; readonly message: string };

const MESSAGE_LIMIT = 2_000;

/** Reads what a worker answered; anything a sound worker does not answer is a failure. */
export function parseLanguageStart(value: unknown): LanguageStart {
  if (isRecord(value) && value["status"] === "ready") return { status: "ready", cold: value["cold"] === true };
  const message = isRecord(value) ? readString(value["message"], MESSAGE_LIMIT) : undefined;
  return { status: "failed", message: message ?? "the kernel gave no answer" };
}
