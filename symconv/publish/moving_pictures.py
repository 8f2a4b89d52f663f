"""The directive `explore`: a window that steps over an image, with sliders; still pictures where there is no script.

    ```{explore} conv2d
    :caption: A stride
    :image: [[1,2,3,4], [5,6,7,8], [9,8,7,6], [5,4,3,2]]
    :kernel: [[1,0], [0,-1]]
    :stride: 1 2
    ```

The argument names one or more operations. `image-size` and `kernel-size` cut the arrays, `turn` offers the kernel
turned by 180°, `views` shows the windows as columns (`im2col`) or the operation as a matrix (`toeplitz`) beside it,
and every other option is an argument of the operation; several values make a slider.
"""

from __future__ import annotations

import ast
import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from symconv.errors import SymconvError
from symconv.operators import REGISTRY
from symconv.pictures.drawing import require_matplotlib
from symconv.pictures.frames import IMAGE_SIZE, KERNEL_SIZE, OPERATION, TURN, Setup, Slider, frames, still
from symconv.publish.directives import AnyOption

__all__ = ["SCRIPT", "STYLE", "Explore"]

_STATIC = Path(__file__).parent / "static"
#: What moves the pictures, and what they look like.
SCRIPT, STYLE = _STATIC / "symconv-window.js", _STATIC / "symconv-window.css"
_SHOWN = ("caption", "name", "views", "image", "kernel")
_NAMES = {"image-size": IMAGE_SIZE, "kernel-size": KERNEL_SIZE, "turn": TURN}


class Explore(SphinxDirective):
    """Reads the arrays and sliders, and computes all frames."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec = AnyOption()

    def run(self) -> list[nodes.Node]:
        try:
            require_matplotlib()
            return [self._explorer()]
        except (SymconvError, ValueError) as error:
            raise self.error(f"error: {error}") from None

    def _explorer(self) -> nodes.container:
        setup = self._setup()
        data = json.dumps(frames(setup), ensure_ascii=False, separators=(",", ":"))
        block = nodes.container("", classes=["explorer", *self.options.get("views", "").split()])
        if caption := self.options.get("caption", ""):
            block += nodes.paragraph(caption, caption, classes=["explorer-caption"])
        name = f"{self.env.docname.replace('/', '-')}-window-{self.env.new_serialno('explore') + 1}"
        for number, picture in enumerate(still(setup)):
            block += nodes.container("", classes=["still"], drawing=picture, file=f"{name}-{number + 1}")
        block += nodes.raw("", f'<script type="application/json">{data}</script>', format="html")
        block["ids"].append(nodes.make_id(self.options.get("name", name)))
        self.state.document.note_explicit_target(block, block)
        return block

    def _setup(self) -> Setup:
        operations = tuple(re.split(r"[,\s]+", self.arguments[0]))
        unknown = next((name for name in operations if name not in REGISTRY), None)
        if unknown is not None:
            raise SymconvError(f"there is no operator {unknown}")
        image, kernel = (_array(self.options.get(name, "")) for name in ("image", "kernel"))
        sliders = [Slider(OPERATION, operations)]
        for option, text in self.options.items():
            if option == "turn":
                sliders.append(Slider(TURN, (False, True)))
            elif option not in _SHOWN:
                values = tuple(map(_value, (text or "").split()))
                sliders.append(Slider(_NAMES.get(option, option), values))
        return Setup(image, kernel, tuple(sliders))


def _array(text: str) -> Any:
    """A literal array of whole numbers and fractions.

    >>> _array("[1, -1/2]")
    [1, Fraction(-1, 2)]
    """
    try:
        return _entry(ast.parse(text.strip(), mode="eval").body)
    except SyntaxError:
        raise ValueError(f"this is no array: {text}") from None


def _entry(node: ast.expr) -> Any:
    match node:
        case ast.List(elts):
            return [_entry(element) for element in elts]
        case ast.Constant(int() as value):
            return value
        case ast.UnaryOp(ast.USub(), operand):
            return -_entry(operand)
        case ast.BinOp(left, ast.Div(), right):
            return Fraction(_entry(left)) / _entry(right)
    raise ValueError(f"an array has whole numbers and fractions, not {ast.unparse(node)}")


def _value(word: str) -> int | str:
    return int(word) if re.fullmatch(r"-?\d+", word) else word
