import "../ui/styles/base.css";
import { registerServiceWorker } from "../pwa/registerServiceWorker.ts";

// Missing on plain http pages, although the DOM types promise it.
const container: ServiceWorkerContainer | undefined = navigator.serviceWorker;

registerServiceWorker({ container, save: () => Promise.resolve(true), reload: () => location.reload() });
document.getElementById("app")?.append("Meshbook");
