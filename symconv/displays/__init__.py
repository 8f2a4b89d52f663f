"""One record of a decided claim, and its renderings: a terminal, JSON, HTML, LaTeX."""
