"""A second opinion on claims: it shares nothing with symconv but the text, and may not import it.

`exact` holds the numbers, `operators` what the names mean on arrays of them, `reading` the claim text, `places` what
the names stand for, `evaluating` and `subscripts` the value of an expression there, made into a function once;
`solving` arrays that satisfy hypotheses, `trials` the places to try; `judging`, `exactness` and `lines` say what they
tell of a verdict, a condition and a derivation; `drawing` makes random claims.
"""
