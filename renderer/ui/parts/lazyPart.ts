import { lazy, type ComponentType, type LazyExoticComponent } from "react";
import { loadPart } from "./loadPart.ts";

/** A component that is loaded when it is first shown, and suspends until it is there: without a network it waits for one. */
export function lazyPart<P>(load: () => Promise<ComponentType<P>>): LazyExoticComponent<ComponentType<P>> {
  return lazy(async () => ({ default: await loadPart(load) }));
}
