import { mount } from "../../../renderer/app/mount.tsx";
import { stageHands } from "./stageHands.ts";
import { SCENES } from "./scenes.ts";

const query = new URLSearchParams(location.search);
const scene = SCENES[query.get("scene") ?? "library"];
const root = document.getElementById("root");
if (scene === undefined || root === null) throw new Error(`scenes: ${Object.keys(SCENES).join(", ")}`);
const { meshbook, path, session } = scene();
const theme = query.get("theme");
if (theme !== null) meshbook.settings.set("theme", theme);
history.replaceState(undefined, "", path);
Object.assign(window, { stage: { meshbook, session, ...(session === undefined ? {} : stageHands(session)) } });
await mount(meshbook, root);
