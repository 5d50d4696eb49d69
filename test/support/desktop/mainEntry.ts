// The desktop app's entry together with the module it believes to be Electron, so that a test holds both.

import "../../../electron/main.ts";
import * as electron from "./fakeElectron.ts";

export { electron };
