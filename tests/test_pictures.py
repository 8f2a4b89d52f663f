"""Pictures: which cells they have, what they say where there is nothing to draw, and how they get into pages."""

from __future__ import annotations

import builtins
import re

import numpy as np
import pytest

from symconv import SymconvError, circular_convolve, conv2d, convolve, pictures, prove

IMAGE = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
KERNEL = [[1, 0, 1], [0, 1, 0], [1, 0, 2]]


def places(part, role):
    return {(c.row, c.column): c.note for c in part.cells if c.role == role}


def table(part):
    shape = (max(c.row for c in part.cells) + 1, max(c.column for c in part.cells) + 1)
    return np.array([int(c.text.replace("−", "-")) for c in part.cells]).reshape(shape)


@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, 1), (2, 2)])
def test_the_window_lies_where_the_output_says(row, column):
    """Its cells carry the kernel's weights, and the output's cell is the sum of the products."""
    image, _, _, _, output = pictures.window(IMAGE, KERNEL, at=(row, column)).parts
    weights = {(row + u, column + v): f"×{KERNEL[u][v]}" for u in range(3) for v in range(3)}
    assert places(image, "window") == weights
    assert set(places(output, "output")) == {(row, column)}
    expected = sum(IMAGE[row + u][column + v] * KERNEL[u][v] for u in range(3) for v in range(3))
    assert next(c.text for c in output.cells if c.role == "output") == str(expected)


def test_a_convolution_turns_the_kernel():
    """The upper left entry of the window meets the kernel's last."""
    image = pictures.window(IMAGE, KERNEL, at=(0, 0), operation=convolve, mode="valid").parts[0]
    assert places(image, "window")[0, 0] == "×2"


def test_stride_and_padding_come_from_the_formula():
    """A layer with a stride of 2 and padding of 1 has its second window two to the right, and zeros above."""
    image = pictures.window([IMAGE], [[KERNEL]], at=(0, 1), operation=conv2d, stride=2, padding=1).parts[0]
    assert set(places(image, "window")) == {(r, c) for r in (0, 1) for c in (1, 2, 3)}
    assert set(places(image, "outside")) == {(-1, 1), (-1, 2), (-1, 3)}


def test_a_ring_has_no_outside():
    """The window of a circular convolution goes on at the other end."""
    image = pictures.window([1, 2, 3], [1, 5, 7], at=(0,), operation=circular_convolve).parts[0]
    assert places(image, "window") == {(0, 0): "×1", (0, 1): "×7", (0, 2): "×5"}
    assert not places(image, "outside")


def test_products_add_up():
    """The last row is the product of the two above, and the sum is the output."""
    rows, _, total = pictures.products(IMAGE, KERNEL, at=(1, 2)).parts
    window, kernel, products = table(rows)
    assert (window * kernel).tolist() == products.tolist()
    assert total.cells[0].text == str(products.sum())


@pytest.mark.parametrize("make", [pictures.im2col, pictures.toeplitz])
def test_the_matrices_multiply_to_the_output(make):
    """Left times right is the output that stands behind the sign of equality."""
    left, _, right, _, output = (p if isinstance(p, str) else table(p) for p in make(IMAGE, KERNEL).parts)
    assert (left @ right).tolist() == output.tolist()


def test_a_counterexample_is_two_sides_and_their_difference():
    """The difference is not zero, and its colours have its signs."""
    left, _, right, _, difference = pictures.counterexample(prove("x[N]: flip(x) == x")).parts
    assert (table(left) - table(right)).tolist() == table(difference).tolist()
    assert {np.sign(c.heat) for c in difference.cells} == {-1, 1}


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: pictures.window(IMAGE, KERNEL, at=(5, 0)), "there is no output at"),
        (lambda: pictures.window(np.ones((2, 2, 2)), np.ones((1, 1, 1))), "more than two axes"),
        (lambda: pictures.window(np.ones(50), [1]), "cannot be drawn"),
        (lambda: pictures.counterexample(prove("x[N]: x == x")), "no counterexample to draw"),
        (lambda: pictures.of(prove("x[N]: x == x"), "sculpture"), "no figure 'sculpture'"),
        (lambda: pictures.of(prove("x[N]: x == x"), "im2col"), "two literal arrays"),
        (lambda: pictures.of(prove("x[N]: x == x"), "im2col at 0"), "has no place"),
        (lambda: pictures.window(IMAGE, KERNEL).save("window.gif"), "no pictures are written"),
    ],
)
def test_what_cannot_be_drawn_is_one_error(call, says):
    """Each with its reason."""
    with pytest.raises(SymconvError, match=says):
        call()


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    """One error, with the command that helps."""
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SymconvError, match="matplotlib") as error:
        pictures.window(IMAGE, KERNEL).svg()
    assert error.value.hint == 'pip install "symconv[plot]"'


@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_the_same_picture_gives_the_same_bytes(tmp_path, kind):
    """No date and no random name is in it."""
    pytest.importorskip("matplotlib")
    files = [tmp_path / f"{n}.{kind}" for n in range(2)]
    for file in files:
        pictures.window([1, 2, 3], [1, 2]).save(file)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert len(files[0].read_bytes()) > 1000


def test_an_svg_knows_both_colour_schemes():
    """Every colour that it uses has one for dark ground."""
    pytest.importorskip("matplotlib")
    style, drawn = pictures.window(IMAGE, KERNEL, mode="same").svg().split("</style>", 1)
    used = set(re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", drawn))
    assert used and all(f": {colour}" in style for colour in used)
    assert " id=" not in drawn


def test_a_document_shows_the_figure_it_asks_for(tmp_path):
    """In the page as SVG, for print as PDF; a figure that cannot be drawn fails the build with its line."""
    pytest.importorskip("matplotlib")
    pytest.importorskip("myst_parser")
    from symconv.publish import build

    page = "# T\n\n```{{claim}}\n:figure: {}\ncorrelate([1,2,3], [1,1], 'valid') == [3,5]\n```\n"
    (tmp_path / "index.md").write_text(page.format("window at 1"), "utf-8")
    report = build(tmp_path, tmp_path / "out", pdf=False)
    assert report.status == 0, str(report)
    assert "<svg role=" in (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "\\includegraphics" in (tmp_path / "out" / "index.tex").read_text("utf-8")
    assert (tmp_path / "out" / "claims" / "index-1.pdf").read_bytes().startswith(b"%PDF")
    (tmp_path / "index.md").write_text(page.format("window at 7"), "utf-8")
    report = build(tmp_path, tmp_path / "out", pdf=False)
    assert report.status == 2
    assert "index.md:5" in str(report) and "there is no output at" in str(report)
