"""What an operator is: one definition, from which everything else about it follows.

A definition is a plain function of the operands (anything with axes) and parameters that
returns a `Definition`: the axes of the result, the index formula of an entry, what it needs
of the sizes (assumed, and reported) and what it requires of them (an error where it is not
so). The decorator adds what belongs to the operator's name: LaTeX, library, NumPy twin.
"""

from __future__ import annotations

import functools
import inspect
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.errors import ShapeError, SymconvError, Unsupported
from symconv.expressions import hooks
from symconv.formulas.axis import Axis, Index, digits
from symconv.formulas.conditions import Compare, Condition
from symconv.formulas.language import Formula, Read, fresh_index
from symconv.formulas.walking import substitute
from symconv.kernel.terms import TableAtom

_EXTRAS = ("scipy", "torch", "einops")

_MEMORY = "an expression is not computed, so nothing is stored"
_TYPES = "entries are exact numbers, without a type"
_METHOD = "every method of computing gives the same exact numbers"
REFUSED = {
    **dict.fromkeys(("out", "order", "copy", "like", "subok", "writeable", "device", "requires_grad"), _MEMORY),
    **dict.fromkeys(("dtype", "casting", "preferred_element_type"), _TYPES),
    **dict.fromkeys(("method", "optimize", "precision", "out_sharding"), _METHOD),
    "where": "a mask is not a size or an index",
    "allow_negative_indices": "symbolic positions are assumed to be inside the array",
}
"""Arguments that libraries have and that say nothing about the exact entries, with the reason."""


@dataclass(frozen=True)
class Requirement:
    """Two sizes that must be equal for the operation to make sense."""

    left: Poly
    right: Poly
    message: str


@dataclass(frozen=True)
class Definition:
    """What an operation is: axes, index formula, and conditions on the sizes."""

    axes: tuple[Axis, ...]
    entry: Callable[..., Formula]
    needs: tuple[Condition, ...] = ()
    requires: tuple[Requirement, ...] = ()
    leaf: TableAtom | None = None
    extends: bool = False
    """Whether entries outside an operand are read as 0, where the library would raise or wrap."""
    guards: tuple[Compare, ...] = ()
    """Where the operands are looked at: what they need is asked for only there."""


def _naming_the_extra(twin: Callable[..., Any]) -> Callable[..., Any]:
    """The twin, with an error that says what to install where its library is missing."""

    @functools.wraps(twin)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return twin(*args, **kwargs)
        except ModuleNotFoundError as error:
            needed = f"symconv[{error.name}]" if error.name in _EXTRAS else error.name
            raise Unsupported(f"this needs {error.name}", hint=f'pip install "{needed}"') from None

    return call


class _Written(str):
    """An annotation that `help` prints as it was written."""

    __repr__ = str.__str__


def _for_users(signature: inspect.Signature) -> inspect.Signature:
    """The signature of an operator: what may be anything goes without saying, and the result is an expression."""

    def shown(annotation: Any) -> Any:
        if annotation == "Any":
            return inspect.Parameter.empty
        return _Written(annotation) if isinstance(annotation, str) else annotation

    parameters = [p.replace(annotation=shown(p.annotation)) for p in signature.parameters.values()]
    return signature.replace(parameters=parameters, return_annotation=_Written("TensorExpr"))


@dataclass(frozen=True, repr=False)
class Operator:
    """An operator under its library's name; calling it on tensors builds an expression."""

    name: str
    define: Callable[..., Definition]
    library: str
    family: str
    operands: tuple[str, ...]
    latex: str | Callable[..., str]
    precedence: int
    twin: Callable[..., Any]
    called: str
    rule: str | Callable[..., str]
    binds: str | None = None
    positions: tuple[str, ...] = ()
    sequences: tuple[str, ...] = ()
    replaced: Callable[..., Any] | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False
    signature: inspect.Signature = field(init=False, repr=False, compare=False)
    positional: tuple[str, ...] | None = field(init=False, repr=False, compare=False)
    """All parameters, where all may be given by position."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "twin", _naming_the_extra(self.twin))
        object.__setattr__(self, "signature", inspect.signature(self.define))
        parameters = self.signature.parameters
        is_plain = all(p.kind is p.POSITIONAL_OR_KEYWORD for p in parameters.values())
        object.__setattr__(self, "positional", tuple(parameters) if is_plain else None)
        object.__setattr__(self, "__doc__", self.define.__doc__)
        object.__setattr__(self, "__name__", self.name)
        object.__setattr__(self, "__module__", self.define.__module__)
        object.__setattr__(self, "__signature__", _for_users(self.signature))
        object.__setattr__(self, "__wrapped__", self.define)

    def apply(self, function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
        """Call the definition or the twin with the operator's arguments."""
        if self.positional is not None and len(arguments) == len(self.positional):
            return function(*(arguments[name] for name in self.positional))
        bound = inspect.BoundArguments(self.signature, OrderedDict(arguments))
        return function(*bound.args, **bound.kwargs)

    def defined(self, arguments: Mapping[str, Any]) -> Definition:
        """The definition at the arguments; errors of an operator that it is defined by are under its own name."""
        try:
            made: Definition = self.apply(self.define, arguments)
        except ShapeError as error:
            error.message = self._own(error.message)
            raise
        if self.name in REGISTRY.added:
            made = replace(made, entry=_apart(made))
        requires = tuple(replace(r, message=self._own(r.message)) for r in made.requires)
        return replace(made, requires=requires) if requires != made.requires else made

    def _own(self, message: str) -> str:
        name, colon, rest = message.partition(":")
        return f"{self.name}:{rest}" if colon and name in REGISTRY and name != self.name else message

    def __repr__(self) -> str:
        return f"<operator {self.call}>"

    def __hash__(self) -> int:
        return hash(self.name)

    def __get__(self, instance: object, owner: type | None = None) -> Operator:
        """Itself, as a static method is: so `help` describes an operator as the function that it is to its users."""
        return self

    @property
    def call(self) -> str:
        """How the operator is called: its name and parameters."""
        parameters = [p.replace(annotation=p.empty) for p in self.signature.parameters.values()]
        return f"{self.name}{inspect.Signature(parameters)}"

    def parameter(self, keyword: str) -> str:
        """The parameter that a keyword names; a library's own name of an operand is as good as ours."""
        return self.aliases.get(keyword, keyword)

    def bind(self, args: Sequence[Any], keywords: Mapping[str, Any]) -> inspect.BoundArguments:
        """The arguments by parameter; raises `SymconvError` where they do not fit the signature."""
        open_ended = any(p.kind is p.VAR_KEYWORD for p in self.signature.parameters.values())
        named: dict[str, Any] = {}
        for keyword, value in keywords.items():
            own = self.parameter(keyword)
            if own in named:
                raise SymconvError(f"{self.name}: '{own}' and '{keyword}' are the same argument")
            if keyword in REFUSED and own not in self.signature.parameters and not open_ended:
                raise SymconvError(f"{self.name}: '{keyword}' cannot be given: {REFUSED[keyword]}")
            named[own] = value
        try:
            return self.signature.bind(*args, **named)
        except TypeError as error:
            raise SymconvError(f"{self.name}: {error}", hint=f"it is called as {self.call}") from None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        bound = self.bind(args, kwargs)
        bound.apply_defaults()
        return hooks.call("operation", self, bound.arguments)


def _apart(definition: Definition) -> Callable[..., Formula]:
    """The index formula of a definition whose sums may bind names that stand in an index, too."""

    def entry(*index: Index) -> Formula:
        names, places = fresh_index(definition.axes, "x")
        parts = (part for part, _ in digits(definition.axes, index))
        return substitute(definition.entry(*places), dict(zip(names, parts, strict=True)))

    return entry


class Registry(Mapping[str, Operator]):
    """The operators by name: new ones are taken, none is ever replaced.

    >>> REGISTRY.add(REGISTRY["convolve"])
    Traceback (most recent call last):
        ...
    symconv.errors.SymconvError: there is an operator 'convolve' already
    hint: give yours another name
    """

    def __init__(self) -> None:
        self._operators: dict[str, Operator] = {}
        self._is_complete = False
        self._added: frozenset[str] = frozenset()

    def __getitem__(self, name: str) -> Operator:
        return self._filled()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._filled())

    def __len__(self) -> int:
        return len(self._filled())

    def _filled(self) -> dict[str, Operator]:
        """The operators, symconv's own among them; while these are being imported, those that are there already."""
        if not self._is_complete:
            hooks.load("operators")
        return self._operators

    def add(self, operator: Operator) -> None:
        """Take a new operator; raises `SymconvError` where there is one of its name."""
        if operator.name in self._filled():
            hint = "give yours another name"
            raise SymconvError(f"there is an operator '{operator.name}' already", hint=hint)
        self._operators[operator.name] = operator
        if self._is_complete:
            self._added |= {operator.name}

    def complete(self) -> None:
        """Those that are there are symconv's own; whatever comes later is a user's."""
        self._is_complete = True

    @property
    def added(self) -> frozenset[str]:
        """The operators that are not symconv's own."""
        return self._added


REGISTRY = Registry()


def operator(
    *,
    library: str,
    latex: str | Callable[..., str],
    twin: Callable[..., Any],
    operands: str,
    family: str,
    called: str | None = None,
    rule: str | Callable[..., str] = "",
    precedence: int = 100,
    name: str | None = None,
    binds: str | None = None,
    positions: str = "",
    sequences: str = "",
    replaced: Callable[..., Any] | None = None,
    aliases: Mapping[str, str] | None = None,
    closed: bool = False,
) -> Callable[[Callable[..., Definition]], Operator]:
    """Register a definition as an operator.

    `library` is the full name whose meaning it has; `operands` names the parameters that are
    arrays; `latex` is a format string or a function of the printed operands and the other
    parameters; `twin` calls the library's function on NumPy arrays; `called` is what
    derivations give the definition of, if it is not the name, and `rule` what they say instead of
    that; `binds` names the parameter that is a bound index; `positions`
    names the parameters in which a number that came from a symbol stays what it was: x[i] at
    i = -1 reads 0, where x[-1] counts from the end; `sequences` names the operands that are
    sequences of arrays; `replaced` makes the node in which tensors are replaced, for an operator
    that binds one; `aliases` maps the library's names of operands to ours;
    `closed` says that nothing inside has free indices, or needs more than the definition says.
    """

    def register(define: Callable[..., Definition]) -> Operator:
        own = name or define.__name__.rstrip("_")
        made = Operator(
            own,
            define,
            library,
            family,
            tuple(operands.split()),
            latex,
            precedence,
            twin,
            called or own,
            rule,
            binds,
            tuple(positions.split()),
            tuple(sequences.split()),
            replaced,
            aliases or {},
            closed,
        )
        REGISTRY.add(made)
        return made

    return register


def read(array: Any, *index: Index | int, inside: bool = False) -> Formula:
    """The formula that reads one entry; `inside` where no index of the result leads outside."""
    if len(index) != len(array.axes):
        raise ShapeError(f"{len(index)} indices for an array with {len(array.axes)} axes")
    return Read(array, tuple(Poly.of(i) if isinstance(i, int) else i for i in index), inside)


def same_axis(left: Axis, right: Axis, message: str) -> tuple[Callable[[Index], Index], tuple[Requirement, ...]]:
    """How an index along `left` reads along `right`, and what that requires of the sizes.

    Digits of size 1 are dropped; the rest match in order where they are equal. Axes whose sizes
    are equal but whose digits are not are matched by position.
    """
    if left.digits == right.digits:
        return (lambda i: i), ()
    kept_left = [k for k, d in enumerate(left.digits) if d != 1]
    kept_right = [k for k, d in enumerate(right.digits) if d != 1]
    digits = [(left.digits[a], right.digits[b]) for a, b in zip(kept_left, kept_right, strict=False)]
    aligned = len(kept_left) == len(kept_right)
    if (aligned and all(a == b for a, b in digits)) or (aligned and left.size != right.size):

        def by_digit(index: Index) -> Index:
            parts = left.parts(index)
            found = dict(zip(kept_right, (parts[a] for a in kept_left), strict=True))
            return right.index([found.get(k, Poly.of(0)) for k in range(len(right.digits))])

        return by_digit, tuple(require(a, b, message) for a, b in digits if a != b)
    requires = () if left.size == right.size else (require(left.size, right.size, message),)
    return (lambda i: right.index(right.parts(left.flat(i)))), requires


def require(left: Poly, right: Poly, message: str) -> Requirement:
    """Require equal sizes; sizes that differ by a number can never be equal, an error at once."""
    difference = (left - right).constant
    text = f"{message} {left} and {right} differ"
    if difference is not None and difference != 0:
        raise ShapeError(text)
    return Requirement(left, right, text)
