/** True if an MQTT topic name is matched by a filter: `+` stands for one level, a last `#` for all that follow. */
export function matchesFilter(filter: string, topic: string): boolean {
  const wanted = filter.split("/");
  const levels = topic.split("/");
  for (const [at, level] of wanted.entries()) {
    // `a/#` matches `a` itself too.
    if (level === "#") return true;
    if (at >= levels.length) return false;
    if (level !== "+" && level !== levels[at]) return false;
  }
  return wanted.length === levels.length;
}
