"""Pictures that move: what their data says is what NumPy, SciPy and PyTorch compute, and the script shows it."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from symconv.errors import SymconvError
from symconv.pictures.frames import Setup, Slider, frames, still

IMAGE = [[1, 2, 0, 1, 3], [0, 1, 2, 1, 0], [1, 0, 1, 2, 1], [3, 1, 0, 1, 2], [1, 0, 2, 1, 0]]
KERNEL = [[1, 0, -1], [2, 0, 1], [1, -3, 0]]


def number(text: str) -> Fraction:
    """A number as the data spells it."""
    return Fraction(text.replace("−", "-"))


def array(rows: list[str]) -> list[list[Fraction]]:
    """An array as the data spells it."""
    return [[number(word) for word in row.split(" ")] for row in rows]


def summed(data: dict, frame: dict) -> list[list[Fraction]]:
    """The outputs once more, from what the data says meets: each a sum of products."""
    image, kernel = (array(data["arrays"][n]) for n in frame["arrays"])
    top, left, bottom, right = frame["around"]
    padded = np.pad(np.array(image, dtype=object), ((top, bottom), (left, right)), constant_values=Fraction(0)).ravel()
    taps = [entry for row in kernel for entry in row]
    which = frame.get("which", [0] * len(frame["shifts"]))
    sums = [
        sum(
            (
                padded[cell + shift] * tap
                for cell, tap in zip(frame["patterns"][p], taps, strict=True)
                if cell is not None
            )
        )
        for p, shift in zip(which, frame["shifts"], strict=True)
    ]
    width = len(frame["output"][0].split(" "))
    return [sums[at : at + width] for at in range(0, len(sums), width)]


def told(data: dict):
    """Each position of the sliders by name, with its frame."""
    for position in product(*(range(len(values)) for _, values in data["sliders"])):
        chosen = {name: values[n] for (name, values), n in zip(data["sliders"], position, strict=True)}
        yield chosen, data["frames"][",".join(map(str, position))]


def test_layers_are_those_of_pytorch():
    """Every size, stride, padding and dilation; the sums of what meets are the outputs."""
    torch = pytest.importorskip("torch")
    sliders = {"operation": ("conv2d", "conv_transpose2d"), "image size": (3, 5), "kernel size": (2, 3)}
    sliders |= {"stride": (1, 2), "padding": (0, 1), "dilation": (1, 2)}
    data = json.loads(json.dumps(frames(Setup(IMAGE, KERNEL, tuple(Slider(*item) for item in sliders.items())))))
    for chosen, frame in told(data):
        x, k = (torch.tensor(a, dtype=torch.float64) for a in (IMAGE, KERNEL))
        n, m = int(chosen["image size"]), int(chosen["kernel size"])
        given = {name: int(chosen[name]) for name in ("stride", "padding", "dilation")}
        layer = getattr(torch.nn.functional, chosen["operation"])
        try:
            expected = layer(x[None, None, :n, :n], k[None, None, :m, :m], **given)[0, 0].tolist()
        except RuntimeError:
            assert "problem" in frame
            continue
        assert array(frame["output"]) == expected == summed(data, frame), chosen


def test_modes_are_those_of_scipy():
    """Correlation and convolution in every mode, the kernel as it is and turned."""
    signal = pytest.importorskip("scipy.signal")
    sliders = {
        "operation": ("correlate", "convolve"),
        "mode": ("valid", "same", "full"),
        "turn the kernel": (False, True),
    }
    data = frames(Setup(IMAGE, KERNEL, tuple(Slider(*item) for item in sliders.items())))
    for chosen, frame in told(data):
        kernel = np.flip(KERNEL) if chosen["turn the kernel"] == "yes" else np.array(KERNEL)
        expected = getattr(signal, chosen["operation"])(np.array(IMAGE), kernel, chosen["mode"]).tolist()
        assert array(frame["output"]) == expected == summed(data, frame), chosen


def test_products_are_told():
    """Of every two entries that can meet."""
    data = frames(
        Setup([1, -2, Fraction(1, 2)], [3, -1], (Slider("operation", ("correlate",)), Slider("mode", ("valid",))))
    )
    assert data["products"]["−2·−1"] == "2" and data["products"]["1/2·3"] == "3/2"
    assert all(
        number(value) == np.prod([number(w) for w in pair.split("·")]) for pair, value in data["products"].items()
    )


def test_still_pictures_are_of_the_first_window_its_products_and_the_last():
    """For readers without a script, and in print."""
    setup = Setup(IMAGE, KERNEL, (Slider("operation", ("correlate",)), Slider("mode", ("valid",))))
    first, summed_up, last = still(setup)
    assert "output (0, 0)" in first.words and "output (2, 2)" in last.words
    assert [len(part.cells) for part in summed_up.parts[::2]] == [27, 1]


@pytest.mark.parametrize(
    "sliders",
    [[("operation", ("correlate",)), ("stride", (1,))], [("operation", ("conv2d",)), ("stride", tuple(range(1, 900)))],
     [("operation", ("conv2d",)), ("image size", (1, 2))]],
)  # fmt: skip
def test_what_cannot_be_shown_is_an_error(sliders):
    """An argument that the operation lacks, too many positions, no output anywhere."""
    with pytest.raises(SymconvError):
        frames(Setup(IMAGE, KERNEL, tuple(Slider(*item) for item in sliders)))


EXPLORER = """# T

```{explore} conv2d
:caption: A stride
:image: [[1,2,3,4], [5,6,7,8], [9,8,7,6], [5,4,3,2]]
:kernel: [[1,0], [0,-1]]
:stride: 1 2
:turn: yes
:views: im2col toeplitz
```
"""

#: What a reader does, and what is said then.
WALK = """(() => {
  const said = () => document.querySelector(".said").textContent;
  const press = text => [...document.querySelectorAll("button")].find(b => b.textContent === text).click();
  const key = name => document.querySelector(".cell[aria-pressed=true]")
    .dispatchEvent(new KeyboardEvent("keydown", {key: name, bubbles: true}));
  const steps = [said()];
  press("Next window"); steps.push(said());
  key("ArrowDown"); steps.push(said());
  document.querySelectorAll(".cell")[8].click(); steps.push(said());
  const turn = document.querySelector("input[type=checkbox]");
  turn.click(); steps.push(said());
  const stride = document.querySelector("input[type=range]");
  stride.value = 1; stride.dispatchEvent(new Event("input")); steps.push(said());
  steps.push(document.querySelectorAll(".cell").length, document.querySelectorAll("td.window").length,
    document.querySelectorAll("td.chosen").length, document.querySelectorAll(".still").length);
  return steps;
})()"""

#: The output, its window, the kernel, their products and the sum.
SAID = [
    ("0, 0", "1, 2, 5 and 6", "1, 0, 0 and −1", "1, 0, 0 and −6", "−5"),
    ("0, 1", "2, 3, 6 and 7", "1, 0, 0 and −1", "2, 0, 0 and −7", "−5"),
    ("1, 1", "6, 7, 8 and 7", "1, 0, 0 and −1", "6, 0, 0 and −7", "−1"),
    ("2, 2", "7, 6, 3 and 2", "1, 0, 0 and −1", "7, 0, 0 and −2", "5"),
    ("0, 0", "1, 2, 5 and 6", "−1, 0, 0 and 1", "−1, 0, 0 and 6", "5"),
    ("0, 0", "1, 2, 5 and 6", "−1, 0, 0 and 1", "−1, 0, 0 and 6", "5"),
]
#: In the end: outputs, cells of the window, cells of the matrix's row, still pictures.
COUNTED = [4, 8, 16, 0]


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium")
def test_the_script_steps_turns_and_tells(tmp_path):
    """By buttons, arrow keys, clicks, the kernel's turn and sliders; what is shown is told in words."""
    pytest.importorskip("myst_parser")
    from look import chromium, look

    from symconv.publish import build

    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(EXPLORER, "utf-8")
    assert build(tmp_path / "docs", tmp_path / "out", pdf=False).status == 0
    with chromium() as browser:
        assert look(browser, tmp_path / "out" / "index.html") == []
        said = [
            f"Output {at}: the window {seen} times the kernel's {kernel}; the products {products}; their sum {total}."
            for at, seen, kernel, products, total in SAID
        ]
        assert browser.evaluate(WALK) == said + COUNTED


@pytest.mark.parametrize("changed", [("conv2d", "conv9d"), ("[5,4,3,2]", "x"), ("stride: 1 2", "strides: 1 2")])
def test_a_picture_that_cannot_be_made_fails_the_build(tmp_path, changed):
    """With its line."""
    pytest.importorskip("myst_parser")
    from symconv.publish import build

    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(EXPLORER.replace(*changed), "utf-8")
    (failure,) = build(tmp_path / "docs", tmp_path / "out", pdf=False).failures
    assert failure.line == 3
