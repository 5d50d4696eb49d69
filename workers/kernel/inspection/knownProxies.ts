const proxies = new WeakSet();
// Taken before any cell runs, like everything here: a cell may replace what it finds.
const has = proxies.has.bind(proxies);
const add = proxies.add.bind(proxies);

/** True for proxies made since `trackProxies`: to look at one would call its author's functions. */
export const isKnownProxy = (value: object): boolean => has(value);

/** Remembers every proxy that is made from now on by the constructor in `scope`. Nothing else tells one from its target. */
export function trackProxies(scope: { Proxy: ProxyConstructor }): void {
  const original = scope.Proxy;
  const revocable: ProxyConstructor["revocable"] = (target, handler) => {
    const made = original.revocable(target, handler);
    add(made.proxy);
    return made;
  };
  scope.Proxy = new original(original, {
    construct: (_, given) => {
      // reason: whatever a cell gives is judged by the constructor itself.
      const [target, handler] = given as [object, ProxyHandler<object>];
      const made = new original(target, handler);
      add(made);
      return made;
    },
    // reason: the properties of a constructor have no better type.
    get: (target, name) => (name === "revocable" ? revocable : (Reflect.get(target, name) as unknown)),
  });
}
