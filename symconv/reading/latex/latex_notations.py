r"""The table of notations: what each symbol, word and form of LaTeX is to the reader.

A symbol or a name of an operator is a row here. A form such as \sqrt{…} is a function that `form` puts into the
table, with the grammar of what it reads and the symbols that it brings.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from symconv.reading.latex.parsing.grammar_nodes import Node
    from symconv.reading.latex.shared_parts.formula import Formula, Operand

    #: Reads a node of the grammar.
    Form: TypeAlias = Callable[[Formula, Node], Operand]
    #: Reads an atom together with what stands above or below it, and tells how many of these scripts that takes;
    #: None where they do not belong together.
    ScriptedForm: TypeAlias = Callable[[Formula, Node], tuple[Operand, int] | None]

#: Symbols that stand between arrays, and what they do; the only ones that take a mode.
SLIDING = {
    "*": "convolve", r"\ast": "convolve", r"\star": "correlate", r"\circledast": "circular_convolve",
    r"\circledcirc": "circular_correlate",
}  # fmt: skip
MODES = ("full", "same", "valid")
#: The mode of a symbol that makes the product circular.
RING = "circ"

#: The symbols of each kind. A kind that begins with _L opens a bracket, which the one with _R closes.
KINDS = {
    "PLUS": "+", "MINUS": "-", "SLASH": "/", "CDOT": r"\cdot", "TIMES": r"\times", "ODOT": r"\odot \circ",
    "OTIMES": r"\otimes", "BMOD": r"\bmod", "SLIDE": " ".join(SLIDING), "SUM": r"\sum", "INFTY": r"\infty",
    "EQ": r"= := =: \coloneqq \eqqcolon \triangleq \equiv", "NE": r"\ne \neq", "LE": r"\le \leq", "GE": r"\ge \geq",
    "LT": r"< \lt", "GT": r"> \gt", "IN": r"\in", "SUP": "^", "SUB": "_", "_COMMA": ",", "COLON": r": \colon",
    "_LPAR": "(", "_RPAR": ")", "_LSQ": r"[ \lbrack", "_RSQ": r"] \rbrack", "_LBRACE": "{", "_RBRACE": "}",
    "_LSET": r"\{", "_RSET": r"\}", "TOP": r"\top \intercal", "DAGGER": r"\dagger",
    "DOTS": r"\ldots \dots \cdots \dotsc \dotsb \dotsm", "PM": r"\pm",
    "AND": r"\land \wedge", "OR": r"\lor \vee", "_NOT": r"\lnot \neg",
    "_IFF": r"\iff \Longleftrightarrow \Leftrightarrow", "WORD": r"\max \min \exp \nabla \Re \Im \tr \Tr \trace \diag",
    "PARTIAL": r"\partial", "FORALL": r"\forall", "NORMED": r"\norm", "ABSOLUTE": r"\abs",
    "DOWN": r"\downarrow", "UP": r"\uparrow",
}  # fmt: skip
SYMBOLS = {symbol: kind for kind, symbols in KINDS.items() for symbol in symbols.split()}
#: Upright letters that stand for an operation: i anywhere, the others as exponents.
MARKS = {"T": "TOP", "H": "DAGGER", "i": "IMAG"}
#: Bars, which open and close.
BARS = ("|", *r"\| \vert \Vert \lvert \rvert \lVert \rVert".split())

GAPS = r"quad qquad hfill enspace enskip thinspace medspace thickspace".split()
SPACES = (
    r"\ ", *(rf"\{name}" for name in GAPS), *r"\, \; \: \! \> \displaystyle \textstyle \scriptstyle".split(),
    *r"\negthinspace \negmedspace \limits \nolimits \displaylimits \nonumber \notag \qedhere \strut \mathstrut".split(),
    *r"\allowdisplaybreaks \displaybreak \IEEEyesnumber \IEEEnonumber \IEEEyessubnumber".split(),
    r"\(", r"\)", r"\[", r"\]",
)  # fmt: skip
SIZING = r"\left \right \middle \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \biggl \biggr \Biggl \Biggr \qty".split()
GREEK = frozenset(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi varphi chi psi omega ell Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split()
)
GREEK_LETTERS = frozenset("αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΦΨΩ")
ACCENTS = {
    "hat": "hat", "tilde": "tilde", "widehat": "hat", "widetilde": "tilde", "check": "check", "breve": "breve",
    "dot": "dot", "ddot": "ddot", "mathring": "ring",
}  # fmt: skip
#: Fonts of single letters, and those of them that are one font.
FONTS = {
    "mathbf": "mathbf", "boldsymbol": "mathbf", "bm": "mathbf", "mathcal": "mathcal", "mathscr": "mathcal",
    "mathsf": "mathsf", "mathit": "", "mathrm": "mathrm", "pmb": "mathbf", "vec": "vec", "overrightarrow": "vec",
    "underline": "underline", "textsf": "mathsf", "textup": "mathrm", "textnormal": "mathrm",
}  # fmt: skip
UPRIGHT = (
    "mathrm",
    "operatorname",
    "text",
    "textrm",
    "mathit",
    "mathtt",
    "mathsf",
    "mbox",
    "textit",
    "textsf",
    "textup",
    "textnormal",
)

#: Words between formulas, and those of a row of cases.
WORDS = {"if": "_IF", "iff": "_IFF", "if and only if": "_IFF", "and": "AND", "or": "OR", "not": "_NOT"}
ROW_WORDS = {
    "if": "_IF", "for": "_IF", "when": "_IF", "where": "_IF", "and": "AND", "or": "OR", "not": "_NOT",
    "otherwise": "OTHERWISE", "else": "OTHERWISE", "elsewhere": "OTHERWISE",
}  # fmt: skip
#: Words before a range or names, for all of which a formula is stated; and words that add nothing.
_SOME = ("", " integer", " integers", " index", " indices")
QUANTIFIERS = frozenset(f"for{all_of}{some}" for all_of in ("", " all", " any", " each", " every") for some in _SOME)
EMPHASIS = frozenset(["in general", "always", "identically"])
#: Words of what a law is called; and those that can stand between them.
LAWS = frozenset(
    "commutativity commutative associativity associative distributivity distributive linearity linear homogeneity "
    "additivity bilinearity definition parseval plancherel theorem law property analysis synthesis".split()
)
LAW_WORDS = LAWS | frozenset(
    "the of by and equation formula identity relation rule convolution correlation dft".split()
)
#: Words before what a name stands for that a formula before them uses.
DEFINING = frozenset(["where", "with", "in which"])
#: Words that would change what is claimed if they were skipped.
WORDS_ARE_CONDITIONS = r"a condition is written \text{ if } …; indices take all values that keep the left side in range"
PROSE = frozenset(
    [*QUANTIFIERS, *DEFINING, "when", "such that", "otherwise", "else",
     "then", "since", "because", "so", "hence", "subject to"]
)  # fmt: skip

#: The environments, with what their \begin and \end are; rows of an alignment are joined to one chain.
ENVIRONMENTS = {
    **dict.fromkeys(("cases", "dcases"), ("_CASES", "_ENDCASES")),
    **dict.fromkeys(("matrix", "pmatrix", "bmatrix", "smallmatrix", "array"), ("_BEGIN", "_END")),
    **dict.fromkeys(
        ("aligned", "align", "align*", "split", "gather", "gather*", "gathered", "eqnarray", "eqnarray*", "equation",
         "equation*", "multline", "multline*", "alignat", "alignat*", "flalign", "flalign*", "displaymath", "math"),
        ("ROWS", "ROWS"),
    ),
}  # fmt: skip

#: Functions that are called otherwise in claims.
FUNCTIONS = {
    "nabla": "grad", "tr": "trace", "Tr": "trace", "windows": "sliding_window_view", "DFT": "fft", "FFT": "fft",
    "IDFT": "ifft", "IFFT": "ifft", "Diag": "diag", "Vec": "vec", "impulse": "unit_impulse", "Re": "real", "Im": "imag",
}  # fmt: skip
#: The parameter that stands below the name of a function, or above it.
BELOW = {
    "flip": "axis", "sum": "axis", "mean": "axis", "concatenate": "axis", "stack": "axis", "reshape": "shape",
    "unfold": "kernel_size", "pad": "pad_width", "roll": "shift", "sliding_window_view": "window_shape",
    "ravel": "order", "grad": "T", "rearrange": "pattern", "einsum": "subscripts", "convolution_matrix": "n",
    "tile": "reps", "repeat": "repeats",
}  # fmt: skip
ABOVE = {"rot90": "k", "pad": "mode", "convolution_matrix": "mode"}

#: What to write instead of what is not read.
INSTEAD = {
    ";": "separate indices with commas",
    r"\pmod": r"a remainder is written (n - m) \bmod N",
    r"\mod": r"a remainder is written (n - m) \bmod N",
    r"\vdots": "write all entries", r"\ddots": "write all entries",
    r"\int": r"sums are read: \sum_{\tau} f(\tau) g(t - \tau)",
    r"\cos": r"write e^{\mathrm{i} x} for waves", r"\sin": r"write e^{\mathrm{i} x} for waves",
    **dict.fromkeys((r"\ln", r"\log"), "logarithms are not read in formulas; claims have log, the natural one"),
    r"\prod": "products of unknown length are not read",
    **dict.fromkeys(
        (r"\implies", r"\Rightarrow", r"\Longrightarrow", r"\therefore"),
        r"one formula is claimed; a condition is written \text{ if } … after it",
    ),
    **dict.fromkeys((r"\approx", r"\sim", r"\propto", r"\simeq"), r"a claim compares two sides with = or \ne"),
}  # fmt: skip

#: What reads each rule of the grammar, and the grammar of those that are atoms.
FORMS: dict[str, Form] = {}
ATOMS: dict[str, str] = {}
SCRIPTED: dict[str, list[ScriptedForm]] = {}


def form(*rules: str, atom: str = "", **kinds: str) -> Callable[[Form], Form]:
    """Let a function read what these rules of the grammar describe.

    `atom` is the grammar of one that is an atom, `kinds` are the kinds of symbols that it brings.
    """

    def register(read: Form) -> Form:
        FORMS.update(dict.fromkeys(rules, read))
        if atom:
            ATOMS[rules[0]] = atom
        SYMBOLS.update({symbol: kind for kind, symbols in kinds.items() for symbol in symbols.split()})
        return read

    return register


def scripted_form(rule: str) -> Callable[[ScriptedForm], ScriptedForm]:
    """Let a function read atoms of a rule together with their scripts, where these belong together."""

    def register(read: ScriptedForm) -> ScriptedForm:
        SCRIPTED.setdefault(rule, []).append(read)
        return read

    return register
