/** From where the address of a link can be reached. A loopback address means another computer on every computer. */
export function reachOf(link: string): "this-computer" | "others" {
  const { hostname } = new URL(link);
  const loopback = hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  return loopback ? "this-computer" : "others";
}
