/** CONNECT by hand, clean session, keepalive 60 s: for tests that obey no library. */
export function connectPacket(
  clientId: string,
  login?: { readonly username: string; readonly password: string },
  version: 4 | 5 = 4,
): Buffer {
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
  };
  const flags = login === undefined ? 0x02 : 0xc2;
  const body = Buffer.concat([
    ...[text("MQTT"), Buffer.from([version, flags, 0, 60]), ...(version === 5 ? [Buffer.from([0])] : [])],
    ...[text(clientId), ...(login === undefined ? [] : [text(login.username), text(login.password)])],
  ]);
  const length: number[] = [];
  for (let rest = body.length; ; rest >>= 7) {
    length.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) break;
  }
  return Buffer.concat([Buffer.from([0x10, ...length]), body]);
}
