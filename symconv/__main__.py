"""`python -m symconv` is the command `symconv`."""

import sys

from symconv.cli import main

if __name__ == "__main__":
    sys.exit(main())
