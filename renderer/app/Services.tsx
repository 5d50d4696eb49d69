import { createContext, useContext } from "react";
import type { AppServices } from "./appServices.ts";

export const ServicesContext = createContext<AppServices | undefined>(undefined);

export function useServices(): AppServices {
  const services = useContext(ServicesContext);
  if (services === undefined) throw new Error("useServices outside <ServicesContext>");
  return services;
}
