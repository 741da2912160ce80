"""Whether texts of a figure lie over each other."""

from __future__ import annotations

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from hessian_lab.report._figures._style import styled


def assert_apart(figure):
    """No text lies over another one after the layout; ticks beyond the axis are not drawn."""
    with styled():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        hidden = {
            id(tick.label1)
            for axes in figure.axes
            for axis in (axes.xaxis, axes.yaxis)
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())
            if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
        }
        texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
        boxes = [
            (text.get_text(), text.get_window_extent(canvas.get_renderer())) for text in texts if id(text) not in hidden
        ]
    for number, (text, box) in enumerate(boxes):
        for other, place in boxes[:number]:
            wide = min(box.x1, place.x1) - max(box.x0, place.x0)
            high = min(box.y1, place.y1) - max(box.y0, place.y0)
            assert wide <= 1 or high <= 1, (text, other)
