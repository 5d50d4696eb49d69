/** Width and height of a PNG or GIF from its first bytes, so that its place is kept before it is decoded. */
export function imageSize(base64: string): { readonly width: number; readonly height: number } | undefined {
  const bytes = decode(base64.slice(0, 32));
  if (bytes === undefined || bytes.length < 24) return undefined;
  const view = new DataView(bytes.buffer);
  const magic = view.getUint32(0);
  if (magic === PNG) return { width: view.getUint32(16), height: view.getUint32(20) };
  if (magic === GIF) return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  return undefined;
}

const PNG = 0x89504e47;
const GIF = 0x47494638;

function decode(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    // Not base64: the browser will show the image as broken, which it is.
    return undefined;
  }
}
