// This device's box: kept with its settings, made when first needed. See rooms/moving/boxKey.ts.

import { fromBase64url, toBase64url } from "../../base/base64url.ts";
import { readString } from "../../base/parse.ts";
import type { Settings } from "../../ports/Settings.ts";
import type { Signer } from "../../ports/Signer.ts";
import { boxKeyOf, createBoxSecret, signBoxCard, type BoxKey } from "../../rooms/moving/boxKey.ts";
import { BOX_KEY_BYTES } from "../../rooms/moving/moveLimits.ts";

const SETTING = "box-key";
const TEXT_LIMIT = 64;

export function ownBox(settings: Settings): BoxKey {
  const known = fromBase64url(readString(settings.get(SETTING), TEXT_LIMIT) ?? "!");
  if (known?.length === BOX_KEY_BYTES) return boxKeyOf(known);
  const secret = createBoxSecret();
  settings.set(SETTING, toBase64url(secret));
  return boxKeyOf(secret);
}

/** What others need to put something into it. */
export const ownCard = (settings: Settings, signer: Signer): Promise<Uint8Array> =>
  signBoxCard({ device: signer.publicKey, box: ownBox(settings).publicKey }, (message) => signer.sign(message));
