import { Suspense, type ComponentType, type ReactElement } from "react";
import type { RoomId } from "#shared/base/ids.ts";
import { nextTask } from "#shared/base/nextTask.ts";
import { loadEditors } from "../cell/editor/turns/EditorWhenLoaded.tsx";
import { DropZone } from "../library/drop/DropZone.tsx";
import { LendingSign } from "../lending/LendingSign.tsx";
import { LibraryPage } from "../library/LibraryPage.tsx";
import { lazyPart } from "../ui/parts/lazyPart.ts";
import { Toaster } from "../ui/Toaster.tsx";
import { Tooltips } from "../ui/Tooltips.tsx";
import type { AppServices } from "./appServices.ts";
import { ErrorBoundary } from "./ErrorBoundary.tsx";
import { parseRoute, useRoutePath } from "./routes.ts";
import { ServicesContext } from "./Services.tsx";

const NotebookPage = lazyPart(async () => (await loadNotebook()).NotebookPage);

/** Loads what shows a notebook, and then its editors; who fails to get them says so where they are shown. */
export async function loadNotebook(): Promise<{ readonly NotebookPage: ComponentType<{ readonly room: RoomId }> }> {
  const page = await import("../notebook/NotebookPage.tsx");
  await nextTask();
  loadEditors().catch(() => undefined);
  return page;
}

export function App({ services }: { readonly services: AppServices }): ReactElement {
  const route = parseRoute(useRoutePath());
  return (
    <ServicesContext value={services}>
      <ErrorBoundary>
        <Suspense fallback={<div className="app-waiting" role="status" aria-label="Opening" />}>
          {route.page === "library" ? <LibraryPage /> : <NotebookPage key={route.room} room={route.room} />}
        </Suspense>
        <LendingSign />
        <DropZone />
        <Toaster toasts={services.toasts} />
        <Tooltips />
      </ErrorBoundary>
    </ServicesContext>
  );
}
