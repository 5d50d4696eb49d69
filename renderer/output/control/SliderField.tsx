import { useState, type ReactElement } from "react";
import { Label } from "react-aria-components/Label";
import { Slider, SliderThumb, SliderTrack } from "react-aria-components/Slider";
import { onSlider, type SliderControl } from "#shared/notebook/controls/control.ts";
import type { FieldProps } from "./FieldProps.ts";

/** A slider, and a field for those who know the number. */
export function SliderField({ control, value, disabled, onMove }: FieldProps<SliderControl>): ReactElement {
  const { label, min, max, step } = control;
  const name = label === "" ? "Slider" : label;
  return (
    <Slider
      className="control__slider"
      minValue={min}
      maxValue={max}
      step={step}
      value={value}
      isDisabled={disabled}
      onChange={(next) => onMove(typeof next === "number" ? next : value)}
      {...(label === "" && { "aria-label": name })}
    >
      {label !== "" && <Label className="control__label">{label}</Label>}
      <span className="control__line">
        <SliderTrack className="control__track">
          {({ state }) => (
            <>
              <span className="control__groove" />
              <span className="control__fill" style={{ inlineSize: `${state.getThumbPercent(0) * 100}%` }} />
              <SliderThumb className="control__thumb" />
            </>
          )}
        </SliderTrack>
        <NumberField {...{ control, value, disabled, onMove }} name={name} />
      </span>
    </Slider>
  );
}

/** Takes a number when it is left, or at Enter: half a number is none. */
function NumberField({
  control,
  value,
  disabled,
  onMove,
  name,
}: FieldProps<SliderControl> & { readonly name: string }): ReactElement {
  const [shown, setShown] = useState({ value, text: String(value) });
  // Moved by the thumb, or by somebody else: what was typed is over.
  if (shown.value !== value) setShown({ value, text: String(value) });
  const { text } = shown;
  const setText = (next: string): void => setShown({ value, text: next });
  const take = (): void => {
    const number = Number(text.trim().replace(",", "."));
    if (text.trim() === "" || !Number.isFinite(number)) setText(String(value));
    else {
      const next = onSlider(control, number);
      setText(String(next));
      if (next !== value) onMove(next);
    }
  };
  return (
    <input
      className="field control__number"
      inputMode="decimal"
      aria-label={`${name}, as a number`}
      // As wide as the widest it can show: nothing moves while it is dragged.
      size={widthOf(control)}
      value={text}
      disabled={disabled}
      onChange={(event) => setText(event.target.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === "Enter") take();
      }}
    />
  );
}

const LONGEST_NUMBER = 14;

function widthOf({ min, max, step }: SliderControl): number {
  const lengths = [min, max, onSlider({ min, max, step }, min + step), max - step].map((one) => String(one).length);
  return Math.min(Math.max(...lengths, 2), LONGEST_NUMBER) + 1;
}
