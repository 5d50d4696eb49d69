# Figures of matplotlib: shown as pictures at `plt.show()`, at the end of their cell, or as its value. The build puts this
# behind kernel.py.

import os

# matplotlib draws with what this names, as with any of its own: nothing has to be changed in it after it was imported.
_BACKEND = "meshbook_figures"


def _choose_backend():
    """Called once in each session, before a cell can import matplotlib; imports nothing."""
    module = types.ModuleType(_BACKEND)
    module.__getattr__ = functools.partial(_backend_part, module)
    module.show = lambda *_, **__: _show_figures()
    sys.modules[_BACKEND] = module
    os.environ["MPLBACKEND"] = f"module://{_BACKEND}"


def _backend_part(module, name):
    if name not in ("FigureCanvas", "FigureManager"):
        raise AttributeError(name)
    from matplotlib.backend_bases import FigureManagerBase
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    class FigureManager(FigureManagerBase):
        def show(self):
            _show_figure(self.canvas.figure)

    class FigureCanvas(FigureCanvasAgg):
        manager_class = FigureManager

    module.FigureCanvas, module.FigureManager = FigureCanvas, FigureManager
    return getattr(module, name)


def _open_figures():
    pyplot = sys.modules.get("matplotlib.pyplot")
    # While it is imported it has not come that far.
    numbers = getattr(pyplot, "get_fignums", list)()
    return [pyplot.figure(number) for number in numbers]


def _show_figures():
    """Shows what is open, and closes it: the next cell begins with none."""
    for figure in _open_figures():
        _show_figure(figure)


def _show_figure(figure):
    # Somebody only asked for a place to draw, and did not.
    if figure.axes or figure.lines or figure.texts or figure.images or figure.patches or figure.artists:
        _show(figure, "display_data")
    _close_figure(figure)


def _close_figure(figure):
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)


def _is_figure(value):
    kind = getattr(sys.modules.get("matplotlib.figure"), "Figure", None)
    return isinstance(kind, type) and isinstance(value, kind)


def _picture(figure):
    """A picture of it, as PNG. It is closed then, and is not shown again at the end of the cell."""
    png = io.BytesIO()
    figure.savefig(png, format="png", bbox_inches="tight")
    _close_figure(figure)
    return png.getvalue()
