import { Monitor, Moon, Sun } from "lucide-react";
import type { ReactElement } from "react";
import { useStore } from "zustand";
import { useServices } from "../app/Services.tsx";
import { chooseTheme } from "../state/theme.ts";
import { MenuButton } from "../ui/menu/MenuButton.tsx";

const CHOICES = [
  { choice: "system", label: "As the system", icon: Monitor },
  { choice: "light", label: "Light", icon: Sun },
  { choice: "dark", label: "Dark", icon: Moon },
] as const;

export function ThemeButton(): ReactElement {
  const { meshbook, theme } = useServices();
  const now = useStore(theme, (state) => state.choice);
  const current = CHOICES.find(({ choice }) => choice === now) ?? CHOICES[0];
  return (
    <MenuButton
      icon={current.icon}
      label={`Theme: ${current.label.toLowerCase()}`}
      entries={() =>
        CHOICES.map(({ choice, label, icon }) => ({
          id: choice,
          label,
          icon,
          run: () => chooseTheme(meshbook.settings, theme, choice),
        }))
      }
    />
  );
}
