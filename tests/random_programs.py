"""Random loop nests as source text, and what they really compute at small sizes."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np


@dataclass
class Nest:
    """One random function of two lines x and k, being written."""

    random: Random
    lines: list[str] = field(default_factory=list)
    indices: list[str] = field(default_factory=list)
    budget: int = 6

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def index(self) -> str:
        """An index in terms of the loops around."""
        if not self.indices:
            return self.pick("0", "n - 1", "m", "2")
        i, j = (self.random.choice(self.indices) for _ in range(2))
        return self.pick(i, i, i, f"{i} + {j}", f"{i} + 1", f"n - 1 - {i}", f"2 * {i}", f"{i} // 2", f"{i} - {j} + m",
                         f"{i} % 3", "0", f"{i} + m")  # fmt: skip

    def bounds(self) -> str:
        """The arguments of a range."""
        choices = ["n", "m", "1, n", "n - 1, -1, -1", "0, n, 2", "m + 1", "min(n, m)", "3", "n, 0, -2"]
        if self.indices:
            i = self.random.choice(self.indices)
            choices += [f"{i} + 1", f"{i}, n", f"max(0, {i} - 2), n", f"{i}"]
        return self.random.choice(choices)

    def read(self) -> str:
        """One entry or number."""
        i = self.random.choice(self.indices) if self.indices else "0"
        return self.pick("s", "1", "2", i, f"x[min({self.index()}, n - 1)]", "k[0]",
                         f"x[max(0, min({i}, n - 1))]", f"k[min({i}, m - 1)]", f"out[{self.index()}]")  # fmt: skip

    def value(self) -> str:
        a, b = self.read(), self.read()
        return self.pick(a, a, f"{a} + {b}", f"{a} * {b}", f"{a} - {b}", f"-{a}", f"{a} * 2")

    def condition(self) -> str:
        i, j = (self.random.choice(self.indices or ["n"]) for _ in range(2))
        return self.pick(f"{i} > 0", f"{i} == {j}", f"{i} < {j}", f"{i} % 2 == 0", f"{i} != 1", "n > m", f"0 < {i} < m",
                         f"{i} > 1 or {j} == 0", f"not ({i} > 1 and {j} > 1)", f"{i} + {j} <= n")  # fmt: skip

    def statements(self, indent: int, count: int) -> None:
        """Append some statements."""
        for _ in range(count):
            self.statement(indent)

    def statement(self, indent: int) -> None:
        """Append one statement."""
        self.budget -= 1
        pad = "    " * indent
        kind = self.random.random()
        if self.budget > 0 and kind < 0.3 and len(self.indices) < 3:
            name = "ijl"[len(self.indices)]
            self.lines.append(f"{pad}for {name} in range({self.bounds()}):")
            self.indices.append(name)
            self.statements(indent + 1, self.random.randint(1, 2))
            self.indices.pop()
        elif self.budget > 0 and kind < 0.45:
            self.lines.append(f"{pad}if {self.condition()}:")
            self.statements(indent + 1, 1)
            if self.random.random() < 0.4:
                self.lines.append(f"{pad}else:")
                self.statements(indent + 1, 1)
        elif kind < 0.5 and self.indices:
            self.lines.append(f"{pad}if {self.condition()}:")
            self.lines.append(f"{pad}    continue")
            self.lines.append(f"{pad}out[{self.index()}] {self.pick('=', '+=')} {self.value()}")
        else:
            target = self.pick(
                f"out[{self.index()}]", f"out[{self.index()}]", f"out[{self.index()}]", "s", "t[0:m]", "t[1:]"
            )
            op = self.pick("=", "=", "+=", "+=", "-=", "*=")
            self.lines.append(f"{pad}{target} {op} {self.value()}")


def source(random: Random) -> str:
    """The text of a random function f(x, k)."""
    nest = Nest(random, budget=random.randint(3, 8))
    allocated = nest.pick("np.zeros(2 * n + 2 * m + 4)", "np.ones(2 * n + 2 * m + 4)", "[0] * (2 * n + 2 * m + 4)")
    while not any("for" in line for line in nest.lines):
        nest.lines.clear()
        nest.budget = random.randint(3, 8)
        nest.statements(1, random.randint(1, 3))
    head = [
        "def f(x, k):",
        "    n, m = len(x), len(k)",
        f"    out = {allocated}",
        "    t = np.zeros(m + 1)",
        "    s = 0",
    ]
    return "import numpy as np\n\n" + "\n".join([*head, *nest.lines, "    out[0] += s + np.sum(t)", "    return out"])


class Wrapped(Exception):
    """A negative index, which real lists count from the end."""


def executed(text: str, x: np.ndarray, k: np.ndarray) -> Any:
    """What the function really computes; raises what Python raises."""
    names: dict[str, Any] = {}
    exec(compile(text, "<random>", "exec"), names)
    return np.array(names["f"](x.copy(), k.copy()), dtype=object)
