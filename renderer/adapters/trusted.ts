// What may become part of the page. Browsers with Trusted Types take HTML and addresses of programs from this policy alone
// (`trusted-types` in pageHeaders.ts), so that a slip anywhere else is an error and not a hole.

import type { Config } from "dompurify";

interface TrustedPolicy {
  // reason: the browser's own types stand for text, and whatever takes them takes text in browsers without them.
  createHTML(html: string): string;
  createScriptURL(address: string): string;
}

const rules: TrustedPolicy = {
  createHTML: (html) => html,
  createScriptURL: (address) => {
    if (new URL(address, location.href).origin === location.origin) return address;
    throw new TypeError(`${address} is no program of this app`);
  },
};

interface TrustedTypes {
  createPolicy(name: string, rules: TrustedPolicy): TrustedPolicy;
}

const policy: TrustedPolicy =
  // reason: not in every browser.
  (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy("meshbook", rules) ?? rules;

/** For DOMPurify, which parses what it cleans. */
// reason: of the browser's own type it uses these two functions.
export const cleaningPolicy = policy as unknown as NonNullable<Config["TRUSTED_TYPES_POLICY"]>;

/** HTML that DOMPurify has cleaned. */
export const cleanedHtml = (html: string): string => policy.createHTML(html);

/** The address of a program that came with the app. @throws TypeError for one of anybody else */
export const ownProgram = (address: string): string => policy.createScriptURL(address);
