import { HandHelping } from "lucide-react";
import { useState, type ReactElement } from "react";
import type { PeerId } from "#shared/base/ids.ts";
import type { CellLanguage } from "#shared/ports/Kernel.ts";
import type { Lender } from "#shared/session/lending/lendingView.ts";
import { PAUSE_BELOW, PAUSE_LEVELS } from "#shared/session/lending/power.ts";
import { languageName } from "../jobs/runnable.ts";
import { useNow } from "../state/useNow.ts";
import { useReadable } from "../state/useReadable.ts";
import { Button } from "../ui/Button.tsx";
import { Select } from "../ui/Select.tsx";
import { lendingInWords } from "./lendingWords.ts";
import "./lending.css";

/** The switch by which this computer is lent to the class. Off until somebody turns it on. */
export function LendThis({ lender }: { readonly lender: Lender }): ReactElement {
  const view = useReadable(lender.view);
  const [choosing, setChoosing] = useState(false);
  if (view.state !== "off") {
    return (
      <div className="lend">
        <p>{lendingInWords(view)}</p>
        <StopLending lender={lender} />
      </div>
    );
  }
  return (
    <div className="lend">
      {view.problem !== "" && <p role="alert">Not lent: {view.problem}</p>}
      {!choosing && (
        <Button small icon={HandHelping} onClick={() => setChoosing(true)}>
          Lend this computer…
        </Button>
      )}
      {choosing && <LendForm lender={lender} done={() => setChoosing(false)} />}
    </div>
  );
}

/** Lets what runs end; pressed again, stops at once. */
export function StopLending({ lender }: { readonly lender: Lender }): ReactElement {
  const view = useReadable(lender.view);
  return (
    <Button small variant="secondary" onClick={() => void lender.stop()}>
      {view.state === "stopping" ? "Stop at once" : "Stop lending"}
    </Button>
  );
}

function LendForm({ lender, done }: { readonly lender: Lender; readonly done: () => void }): ReactElement {
  const [slots, setSlots] = useState(Math.min(1, lender.mostSlots));
  const [everybody, setEverybody] = useState(true);
  // People come while one chooses.
  useNow(!everybody);
  const people = everybody ? [] : lender.people();
  const [chosen, setChosen] = useState<ReadonlySet<PeerId>>(new Set());
  const hasPower = useReadable(lender.power) !== undefined;
  const [pauseBelow, setPauseBelow] = useState<number | undefined>(PAUSE_BELOW);
  const [languages, setLanguages] = useState<ReadonlySet<CellLanguage>>(new Set(lender.languages));
  const lend = (): void => {
    done();
    const allow = everybody ? undefined : [...chosen];
    void lender.start({ slots, languages: [...languages], allow, pauseBelow: hasPower ? pauseBelow : undefined });
  };
  const places = Array.from({ length: lender.mostSlots }, (_, index) => index + 1);
  return (
    <form
      className="lend__form"
      onSubmit={(event) => {
        event.preventDefault();
        lend();
      }}
    >
      <h4>Lend this computer</h4>
      <label>
        Cells at once
        <Select value={slots} onChange={({ target }) => setSlots(Number(target.value))}>
          {places.map((place) => (
            <option key={place}>{place}</option>
          ))}
        </Select>
      </label>
      <fieldset>
        <legend>For</legend>
        <Choice type="radio" checked={everybody} label="Everybody in the class" choose={() => setEverybody(true)} />
        <Choice type="radio" checked={!everybody} label="Only these people" choose={() => setEverybody(false)} />
        {!everybody && people.length === 0 && <p className="lend__none">Nobody else is here to choose.</p>}
        {!everybody &&
          people.map(({ peer, name }) => (
            <Choice
              key={peer}
              inner
              checked={chosen.has(peer)}
              label={name === "" ? "Somebody without a name" : name}
              choose={() => setChosen(toggled(chosen, peer))}
            />
          ))}
      </fieldset>
      <fieldset>
        <legend>Languages</legend>
        {lender.languages.map((language) => (
          <Choice
            key={language}
            checked={languages.has(language)}
            label={languageName(language)}
            choose={() => setLanguages(toggled(languages, language))}
          />
        ))}
      </fieldset>
      {hasPower && <PauseChoice below={pauseBelow} choose={setPauseBelow} />}
      <p className="lend__none">
        Their cells run in this tab, apart from your notebooks and without network, while it is open and not asleep.
      </p>
      <div className="lend__buttons">
        <Button
          small
          variant="primary"
          type="submit"
          disabled={languages.size === 0 || (!everybody && chosen.size === 0)}
        >
          Lend
        </Button>
        <Button small onClick={done}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

interface PauseChoiceProps {
  /** Percent; undefined: never. */
  readonly below: number | undefined;
  readonly choose: (below: number | undefined) => void;
}

function PauseChoice({ below, choose }: PauseChoiceProps): ReactElement {
  const [level, setLevel] = useState(PAUSE_BELOW);
  const pauses = below !== undefined;
  return (
    <div className="lend__battery">
      <Choice checked={pauses} label="Pause on battery below" choose={() => choose(pauses ? undefined : level)} />
      <Select
        aria-label="Level of the battery"
        value={level}
        disabled={!pauses}
        onChange={({ target }) => {
          setLevel(Number(target.value));
          choose(Number(target.value));
        }}
      >
        {PAUSE_LEVELS.map((one) => (
          <option key={one} value={one}>
            {one} %
          </option>
        ))}
      </Select>
    </div>
  );
}

interface ChoiceProps {
  readonly type?: "radio" | "checkbox";
  readonly inner?: boolean;
  readonly checked: boolean;
  readonly label: string;
  readonly choose: () => void;
}

function Choice({ type = "checkbox", inner = false, checked, label, choose }: ChoiceProps): ReactElement {
  return (
    <label className={inner ? "lend__choice lend__choice--inner" : "lend__choice"}>
      <input type={type} name={type === "radio" ? "lend-to" : undefined} checked={checked} onChange={choose} />
      {label}
    </label>
  );
}

function toggled<T>(chosen: ReadonlySet<T>, one: T): ReadonlySet<T> {
  const next = new Set(chosen);
  if (!next.delete(one)) next.add(one);
  return next;
}
