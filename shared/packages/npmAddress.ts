import { err, ok, type Result } from "../base/result.ts";
import { readUrl } from "./readUrl.ts";

/** What a cell names when it imports. */
export type ModuleName =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "npm"; readonly name: string; readonly version: string | undefined; readonly path: string };

/** UTF-16 units of a name that is looked at. */
const NAME_LIMIT = 300;

/** Where packages are loaded from when a user has said nothing else. Nothing is loaded before it is allowed. */
export const DEFAULT_MODULE_ORIGIN = "https://esm.sh";
const JSDELIVR = "https://cdn.jsdelivr.net";

const PACKAGE =
  /^(?<name>(?:@[\w.~-]+\/)?[A-Za-z0-9~_-][\w.~-]*)(?:@(?<version>[\w.^~<>=*+-]+))?(?<path>(?:\/[\w.@+-]+)*)$/;
/** A name and a password before the host. */
const WITH_USER = /^https:\/\/[^/]*@/;
const EXACT = /^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/;

/** Reads the text by which a cell imports a module. The error is for people. */
export function readModuleName(text: string): Result<ModuleName, string> {
  if (text.length > NAME_LIMIT) return err("its name is too long");
  if (text.startsWith("https://")) {
    const url = readUrl(text);
    if (url === undefined || WITH_USER.test(url.href)) return err("its address is none that can be loaded");
    return ok({ kind: "url", url: url.href.replace(/#.*$/, "") });
  }
  if (text.startsWith("http://")) return err("only addresses that begin with https:// can be loaded");
  if (text.startsWith("node:")) return err("it is a part of Node, and cells do not run in Node");
  if (/^[./]/.test(text))
    return err("a cell has no folder: name a package of npm, or an address that begins with https://");
  const match = PACKAGE.exec(text.replace(/^npm:/, ""))?.groups;
  const { name, version, path = "" } = match ?? {};
  if (name === undefined || path.split("/").some((part) => part === ".." || part === ".")) {
    return err("it is no name of a package of npm, and no address that begins with https://");
  }
  return ok({ kind: "npm", name, version, path });
}

/** The address of a module of npm at a server: jsDelivr's own, or that of esm.sh and those like it. */
export function moduleAddress(module: Extract<ModuleName, { kind: "npm" }>, origin: string): string {
  const { name, version, path } = module;
  const named = `${name}${version === undefined ? "" : `@${version}`}${path}`;
  if (origin === JSDELIVR) return `${origin}/npm/${named}/+esm`;
  // One file, which does not depend on the browser: so everybody gets the same.
  return `${origin}/${named}?bundle&target=es2022`;
}

export const isExact = (version: string | undefined): boolean => version !== undefined && EXACT.test(version);

/** Characters of a file in which a version is looked for: servers say it in a comment at the top, or re-export from it. */
const HEAD = 4_000;

/** The exact version of a package that a server has given: from where it was found, or from what it begins with. */
export function versionIn(name: string, url: string, source: string): string | undefined {
  const version = `${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}@(\\d+\\.\\d+\\.\\d+(?:-[\\w.]+)?)`;
  const found = new RegExp(version);
  return (found.exec(decodeURIComponent(url)) ?? found.exec(source.slice(0, HEAD)))?.[1];
}
