import { FileUp, Lock, Plus } from "lucide-react";
import type { ReactElement } from "react";
import { useServices } from "../app/Services.tsx";
import { Button } from "../ui/Button.tsx";
import { chooseAndImport, createNotebook } from "./libraryActions.ts";

export function NewNotebook({ inClass }: { readonly inClass: boolean }): ReactElement {
  const services = useServices();
  return (
    <div className="actions">
      <Button icon={FileUp} onClick={() => void chooseAndImport(services, inClass ? "class" : "device")}>
        Import
      </Button>
      {inClass && (
        <Button variant="secondary" icon={Lock} onClick={() => void createNotebook(services, "device")}>
          Private notebook
        </Button>
      )}
      <Button variant="primary" icon={Plus} onClick={() => void createNotebook(services, inClass ? "class" : "device")}>
        {inClass ? "New class notebook" : "New notebook"}
      </Button>
    </div>
  );
}
