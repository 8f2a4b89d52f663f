"""The one exception that users see: what is wrong, where, and what to do next."""

from __future__ import annotations


class SymconvError(ValueError):
    """Bad input: a message, the place in the claim text or the expression there, if known, and a hint.

    >>> print(SymconvError("unknown name 'B'", text="A[n]: B == A", span=(6, 7), hint="did you mean 'A'?"))
    unknown name 'B'
      A[n]: B == A
            ^
    hint: did you mean 'A'?
    """

    def __init__(
        self,
        message: str,
        *,
        text: str | None = None,
        span: tuple[int, int] | None = None,
        hint: str | None = None,
        node: object = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.span = span
        self.hint = hint
        self.node = node

    @property
    def position(self) -> int | None:
        """The offset in the claim text at which the caret stands, or None."""
        return None if self.span is None else self.span[0]

    def located(self, text: str, span: tuple[int, int]) -> SymconvError:
        """The same error with the place added; a place that is already known stays."""
        if self.span is None:
            self.text, self.span = text, span
        return self

    def __str__(self) -> str:
        lines = [self.message]
        if self.text is not None and self.text.strip() and self.span is not None:
            lines += _excerpt(self.text, *self.span)
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)


class ClaimError(AssertionError):
    """A claim that did not come out as asked; the text is the whole answer."""


class ShapeError(SymconvError):
    """Operands whose shapes do not fit; `node` is the operation that cannot be formed."""


class Vacuous(SymconvError):
    """A claim about nothing: no sizes, indices or arrays satisfy what is supposed."""


class Unsupported(SymconvError):
    """Well-formed input that asks for something symconv does not do."""


_WIDTH = 100


def _excerpt(text: str, start: int, end: int) -> list[str]:
    """The line of `text` that holds the span, cut to a readable width, and a line of carets."""
    start = min(start, len(text))
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    left = max(line_start, start - _WIDTH // 2)
    right = min(line_end, left + _WIDTH)
    head = "…" if left > line_start else ""
    tail = "…" if right < line_end else ""
    carets = "^" * max(1, min(end, right) - start)
    return [
        "  " + head + text[left:right] + tail,
        "  " + " " * (len(head) + start - left) + carets,
    ]
