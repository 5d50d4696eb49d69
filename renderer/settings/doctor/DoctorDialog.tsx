// Loaded when somebody asks for it.

import { CircleAlert, CircleCheck, CircleDashed, CircleMinus, Copy, RotateCw, TriangleAlert } from "lucide-react";
import { useEffect, useState, type ReactElement } from "react";
import { CHECK_TITLES, type Check, type CheckId } from "#shared/doctor/check.ts";
import type { OfflineStartFacts } from "#shared/doctor/judgeOfflineStart.ts";
import type { AppServices } from "../../app/appServices.ts";
import { useServices } from "../../app/Services.tsx";
import { closePanel } from "../../state/panels.ts";
import { showToast } from "../../state/toasts.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { doctorReport } from "./doctorReport.ts";
import "./doctor.css";
import { examinePage, PAGE_CHECKS } from "./examinePage.ts";

const ICONS = { ok: CircleCheck, warning: TriangleAlert, problem: CircleAlert, skipped: CircleMinus } as const;
const WORDS = { ok: "Works", warning: "Works with less", problem: "Does not work", skipped: "Not checked" } as const;

/** What of Meshbook's ways to others works from here, and what to do about the rest. */
export function DoctorDialog(): ReactElement {
  const services = useServices();
  const { panels, toasts, meshbook } = services;
  const { checks, done, again } = useChecks(services);
  const copy = async (): Promise<void> => {
    const ordered = PAGE_CHECKS.flatMap((id) => checks.get(id) ?? []);
    const around = {
      origin: location.origin,
      browser: navigator.userAgent,
      online: navigator.onLine,
      time: new Date(),
    };
    const copied = await meshbook.host.copyText(doctorReport(ordered, around));
    showToast(
      toasts,
      copied ? "Report copied" : "The browser does not allow copying here",
      copied ? {} : { tone: "bad" },
    );
  };
  return (
    <Dialog title="Check the connection" className="dialog--wide" onClose={() => closePanel(panels)}>
      <div className="dialog__body">
        <p role="status">{summary([...checks.values()], done)}</p>
        <ul className="doctor">
          {PAGE_CHECKS.map((id) => (
            <Finding key={id} id={id} check={checks.get(id)} />
          ))}
        </ul>
        <div className="actions">
          <Button variant="secondary" icon={RotateCw} disabled={!done} onClick={again}>
            Check again
          </Button>
          <Button variant="secondary" icon={Copy} disabled={!done} onClick={() => void copy()}>
            Copy report
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Finding({ id, check }: { readonly id: CheckId; readonly check: Check | undefined }): ReactElement {
  const Icon = check === undefined ? CircleDashed : ICONS[check.state];
  return (
    <li className={`doctor__check doctor__check--${check?.state ?? "running"}`} data-check={id}>
      <Icon size={18} aria-hidden />
      <div>
        <strong>
          {CHECK_TITLES[id]}
          <span className="visually-hidden">: {check === undefined ? "checking" : WORDS[check.state]}</span>
        </strong>
        <p>{check?.found ?? "Checking…"}</p>
        {check?.advice !== undefined && <p className="doctor__advice">{check.advice}</p>}
      </div>
    </li>
  );
}

function useChecks(services: AppServices): {
  readonly checks: ReadonlyMap<CheckId, Check>;
  readonly done: boolean;
  readonly again: () => void;
} {
  const [checks, setChecks] = useState<ReadonlyMap<CheckId, Check>>(new Map());
  const [done, setDone] = useState(false);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let gone = false;
    const tell = (check: Check): void => {
      if (!gone) setChecks((known) => new Map(known).set(check.id, check));
    };
    const invitation = services.meshbook.classLink();
    void examinePage({ base: hostOf(services), invitation, offlineStart: offlineStart(services) }, tell).then(() => {
      if (!gone) setDone(true);
    });
    return () => {
      gone = true;
    };
  }, [services, turn]);
  const again = (): void => {
    setChecks(new Map());
    setDone(false);
    setTurn(turn + 1);
  };
  return { checks, done, again };
}

const isDesktop = (): boolean => !/^https?:$/.test(location.protocol);

function hostOf({ meshbook }: AppServices): string | undefined {
  return meshbook.classroom.get()?.base ?? (isDesktop() ? undefined : location.origin);
}

function offlineStart({ offline }: AppServices): OfflineStartFacts {
  if (isDesktop()) return "desktop";
  const state = offline?.state.get() ?? "none";
  if (state !== "none") return state === "update-waiting" ? "update-waiting" : "installed";
  return isSecureContext && "serviceWorker" in navigator ? "not-yet" : "impossible";
}

/** One sentence for all of it; says first when this computer is offline, since most of the rest follows from that. */
export function summary(checks: readonly Check[], done: boolean): string {
  if (!done) return "Trying every way that notebooks and cells take from here…";
  const { onLine } = navigator;
  const failed = checks.filter(({ state }) => state === "problem").length;
  if (!onLine) return "This computer is offline. You can go on working: everything is kept here and sent later.";
  if (checks.some(({ id, state }) => id === "host" && state === "problem")) {
    return "The class host cannot be reached. You can go on working: everything is kept here and sent later.";
  }
  if (failed > 0) return `${failed} ${failed === 1 ? "thing does" : "things do"} not work; what to do stands below.`;
  if (checks.some(({ state }) => state === "warning"))
    return "Everything needed works, some of it with less than it could.";
  return "Everything works.";
}
