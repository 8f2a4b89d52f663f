"""What is written as text in a formula: the names of laws, patterns of einops and einsum."""

from __future__ import annotations

import re

from symconv.reading.latex.latex_notations import LAW_WORDS, LAWS


def is_law(text: str) -> bool:
    """Whether a text is no more than what a law is called: (commutativity), Parseval's theorem:"""
    words = {word.removesuffix("'s") for word in text.strip("()[]:,. ").lower().split()}
    return words <= LAW_WORDS and not words.isdisjoint(LAWS)


def pattern(latex: str) -> str:
    r"""A pattern of einops or einsum, as it is typed.

    >>> pattern(r"\mathtt{c\ h} \to \mathtt{(h\ c)}")
    'c h -> (h c)'
    """
    text = re.sub(r"\\mathtt\{((?:[^{}]|\{\})*)\}", r"\1", latex)
    for macro, typed in ((r"\to", "->"), (r"\ldots{}", "..."), (r"\_", "_"), (r"\ ", " ")):
        text = text.replace(macro, typed)
    return text
