// The acceptance suite of ports/DocSource.ts. An adapter's test gives it a harness and registers each case:
//   for (const { name, run } of docSourceCases(harness)) it(name, run);

import type { ContractCase } from "./contractCase.ts";
import * as carrying from "./docSourceCarrying.ts";
import { ContractReplica, type CaseBody, type DocSourceHarness } from "./docSourceHarness.ts";
import * as honesty from "./docSourceHonesty.ts";

/** Every case that applies to this kind of source. */
export function docSourceCases(harness: DocSourceHarness): readonly ContractCase[] {
  const cases: ContractCase[] = [];
  const add = (applies: boolean, name: string, body: CaseBody): void => {
    if (applies) cases.push({ name, run: () => runCase(harness, body) });
  };
  add(true, "reports a status before attach returns", honesty.reportsAtOnce);
  add(true, "becomes ready and connected", honesty.becomesReady);
  add(true, "gives a later replica everything, deletions included", carrying.givesLaterReplica);
  add(harness.live, "carries edits both ways while both are attached", carrying.carriesBothWays);
  add(harness.live, "merges what two replicas did before they met", carrying.mergesEarlierEdits);
  add(true, "does not lose an edit made right after attach, before ready", carrying.keepsEarlyEdit);
  add(true, "carries a document of 5 MB", carrying.carriesLargeDocument);
  add(harness.live, "carries a single edit of 5 MB", carrying.carriesLargeEdit);
  add(true, "applies foreign updates under one origin of its own", carrying.usesOwnOrigin);
  add(!harness.live, "does not write again what came under its own origin", carrying.ignoresOwnOrigin);
  add(harness.live, "passes on what another way brought, when it frees it", carrying.passesOnWhatWaited);
  add(!harness.live, "stores what another way brought, when it frees it", carrying.storesWhatWaited);
  add(
    harness.stores && harness.live,
    "says held of what it freed only when that is stored",
    honesty.heldIsTrueOfWhatWaited,
  );
  add(true, "leaves no listener, timer or socket after detach", honesty.leavesNothing);
  add(true, "stays away after detach: edits neither throw nor travel", honesty.staysAway);
  add(true, "can be attached again and carries what was done meanwhile", honesty.attachesAgain);
  add(harness.presence, "carries presence", carrying.carriesPresence);
  add(!harness.presence, "leaves presence alone", carrying.leavesPresenceAlone);
  add(harness.stores, "says held only of what is stored", honesty.heldIsTrue);
  add(harness.stores && harness.live, "says held only of what is stored of others' edits", honesty.heldIsTrueOfOthers);
  add(harness.stores, "takes held back in the turn of the edit", honesty.takesHeldBack);
  add(harness.stores, "keeps everything when all have gone", honesty.keepsEverything);
  add(!harness.stores, "never says held", honesty.neverSaysHeld);
  add(true, "flushes and resyncs without rejecting or throwing", honesty.flushesAndResyncs);
  add(harness.damages, "turns bad bytes into a status, and goes on", honesty.survivesDamage);
  add(harness.damages, "attaches to a place with bad bytes", honesty.attachesToDamage);
  add(harness.cuts, "is ready, though not connected, when the place is away", honesty.readyWhenAway);
  add(harness.cuts, "says so when the place goes away, and merges when it is back", carrying.mergesAfterCut);
  add(harness.cuts, "detaches while the place is away", honesty.detachesWhenAway);
  return cases;
}

async function runCase(harness: DocSourceHarness, body: CaseBody): Promise<void> {
  const place = await harness.open();
  const replicas: ContractReplica[] = [];
  const join = (): ContractReplica => {
    const replica = new ContractReplica(place);
    replicas.push(replica);
    return replica;
  };
  try {
    await body(place, join);
  } finally {
    for (const replica of replicas) await replica.end();
    await place.close();
  }
}
