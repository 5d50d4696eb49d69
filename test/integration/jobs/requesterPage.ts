// A page that asks an agent for executions, as the app does, without the app around it.

import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { MqttJobTransport } from "#shared/adapters/MqttJobTransport.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { fromBase64url } from "#shared/base/base64url.ts";
import { RoomId } from "#shared/base/ids.ts";
import { JobLink, nextIncarnation } from "#shared/jobs/link/JobLink.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { KernelEnd, KernelRequest } from "#shared/ports/Kernel.ts";
import { brokerLogin } from "#shared/rooms/brokerToken.ts";
import { JobRequester } from "#shared/session/JobRequester.ts";
import { RemoteKernel } from "#shared/session/RemoteKernel.ts";
import { createDeviceKey } from "../../../renderer/adapters/signer/deviceKey.ts";
import { WebSigner } from "../../../renderer/adapters/signer/WebSigner.ts";

export interface RequesterPage {
  /** `guarded`: signs with the browser's own Ed25519, as pages on https and localhost do; otherwise in JavaScript. */
  join(
    url: string,
    keys: { content: string; topicTag: string; brokerSeed: string },
    guarded?: boolean,
  ): Promise<string>;
  /** Runs one cell on the first agent there is. */
  run(request: KernelRequest): Promise<{ end: KernelEnd; outputs: readonly CellOutput[]; ms: number }>;
}

let requester: JobRequester | undefined;
let kernel: RemoteKernel | undefined;

const page: RequesterPage = {
  join: async (url, given, guarded = false) => {
    const bytesOf = (text: string): Uint8Array => fromBase64url(text) ?? new Uint8Array();
    const { topicTag } = given;
    const keys = {
      content: bytesOf(given.content),
      topicTag,
      brokerSeed: bytesOf(given.brokerSeed),
    };
    const subtle = guarded ? crypto.subtle : undefined;
    const key = await createDeviceKey(subtle);
    if (guarded && key.form !== "guarded") throw new Error("this browser has no Ed25519 of its own");
    const signer = new WebSigner(key, subtle);
    const link = await JobLink.open({
      connect: (will) =>
        new MqttJobTransport({
          url: async () => ({
            url,
            login: await brokerLogin({ keys, signer }, systemClock.now()),
            isOwn: true,
          }),
          clientId: signer.peer,
          will,
          load: async () => (await import("mqtt")).default,
          clock: systemClock,
        }),
      keys,
      signer,
      incarnation: nextIncarnation(undefined, systemClock.now()),
      presence: { type: "presence", name: "page", agent: undefined },
      clock: systemClock,
      logger: silentLogger,
      afterTurn: queueMicrotask,
    });
    requester = new JobRequester({ link, clock: systemClock });
    return signer.peer;
  },
  run: async (request) => {
    if (requester === undefined) throw new Error("not joined");
    const { agents } = requester;
    while (agents.get().length === 0) {
      await new Promise<void>((resolve) => {
        const dispose = agents.subscribe(() => {
          dispose();
          resolve();
        });
      });
    }
    const agent = agents.get()[0]!.peer;
    kernel ??= new RemoteKernel({
      requester,
      agent,
      notebook: RoomId.create(),
    });
    const outputs: CellOutput[] = [];
    const since = performance.now();
    const end = await kernel.execute(request, (output) => outputs.push(output), new AbortController().signal);
    return { end, outputs, ms: performance.now() - since };
  },
};

Object.assign(window, { page });
