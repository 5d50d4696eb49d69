# Controls of a cell in Python: `inputs.slider(...)` shows one, and gives where it stands. The build puts this behind
# kernel.py.

import base64
import json


class Inputs:
    """inputs.slider(label="Points", min=0, max=100, value=50), and so on. shared=True: the same for everybody."""

    def __repr__(self):
        return "<inputs: slider, select, text, toggle, button, file, table>"

    def _show(self, kind, options):
        outputs = _outputs.get(None) or _run.outputs
        answer = json.loads(outputs.control(kind, json.dumps(options, default=str)))
        if "error" in answer:
            raise TypeError(answer["error"].replace("Inputs.", "inputs."))
        return answer.get("value")

    def slider(self, label="", *, min=0, max=100, step=None, value=None, shared=False):
        """A number between min and max."""
        options = {"label": label, "min": min, "max": max, "step": step, "value": value, "shared": shared}
        given = self._show("slider", options)
        whole = all(isinstance(one, int) or one is None for one in (min, max, step, value))
        return int(given) if whole and given == int(given) else float(given)

    def select(self, choices, label="", *, value=None, shared=False):
        """One of the choices; of a dict, the value of the chosen key."""
        entries = choices if isinstance(choices, dict) else {str(one): one for one in choices}
        texts = [str(name) for name in entries]
        chosen = next((text for text, one in zip(texts, entries.values()) if value is not None and one == value), value)
        options = {"options": texts, "label": label, "value": chosen, "shared": shared}
        return list(entries.values())[texts.index(self._show("select", options))]

    def text(self, label="", *, value="", placeholder="", shared=False):
        """A text."""
        return self._show("text", {"label": label, "value": value, "placeholder": placeholder, "shared": shared})

    def toggle(self, label="", *, value=False, shared=False):
        """True or False."""
        return self._show("toggle", {"label": label, "value": bool(value), "shared": shared})

    def button(self, label="Run", *, shared=False):
        """How often it was pressed."""
        return self._show("button", {"label": label, "shared": shared})

    def file(self, label="", *, accept=""):
        """A dict with the name, type and data (bytes) of the chosen file; None until one is chosen."""
        chosen = self._show("file", {"label": label, "accept": accept})
        if chosen is None:
            return None
        return {"name": chosen["name"], "type": chosen["type"], "data": base64.b64decode(chosen["base64"])}

    def table(self, rows, label="", *, shared=False):
        """The chosen ones of rows, which are dicts."""
        rows = list(rows)
        chosen = self._show("table", {"rows": rows, "label": label, "shared": shared})
        return [rows[row] for row in chosen]
