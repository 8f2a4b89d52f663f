"""Files that import what may not be there are read where that does not matter, and refused where it does."""

from __future__ import annotations

import sys
from contextlib import suppress
from types import ModuleType

import numpy as np
import pytest

from symconv import SymconvError, from_source, parse, prove

TRY = "try:\n    from numba import njit\nexcept ImportError:\n    "
FLAG = "try:\n    import numba\n    HAS = True\nexcept ImportError:\n    HAS = False\n"
NONE = "try:\n    import numba\nexcept ImportError:\n    numba = None\n"
USED = "def f(x):\n    return np.flip(np.flip(x))"
SAME = [
    NONE + "@numba.njit\ndef f(x):\n    return 1 * x",
    NONE + "import numba\n@numba.njit\ndef f(x):\n    return 1 * x",
    TRY + "def njit(f):\n        return f\n@njit\ndef f(x):\n    return 1 * x",
    TRY + "njit = lambda f: f\n@njit\ndef f(x):\n    return 1 * x",
    TRY + "def njit(**how):\n        return lambda f: f\n@njit(cache=True)\ndef f(x):\n    return 1 * x",
    FLAG + "def f(x):\n    return 1 * x",
    "try:\n    import numba\n    K = 1\nexcept ImportError:\n    K = 1\ndef f(x):\n    return K * x",
    "try:\n    import numpy as np\nexcept ImportError as e:\n    raise ImportError('numpy') from e\n" + USED,
    "import sys\ntry:\n    import numpy as np\nexcept ImportError:\n    print('no')\n    sys.exit(1)\n" + USED,
    "try:\n    import numpy as np\nexcept ImportError:\n    pass\n" + USED,
    "try:\n    import numpy as np\nexcept ImportError:\n    try:\n        import numpy as np\n    except ImportError:\n"
    "        np = None\nelse:\n    pass\n" + USED,
    "import numpy as np\ntry:\n    import cPickle as pickle\nexcept ImportError:\n    import pickle\n" + USED,
    "try:\n    import numpy as np\nfinally:\n    K = 1\ndef f(x):\n    return np.flip(np.flip(K * x))",
    "from typing import TYPE_CHECKING\nK = 1\nif TYPE_CHECKING:\n    K = 5\ndef f(x):\n    return K * x",
    "import typing\nif typing.TYPE_CHECKING:\n    K = 5\nelse:\n    K = 1\ndef f(x):\n    return K * x",
    "from typing import TYPE_CHECKING\ndef f(x):\n    if TYPE_CHECKING:\n        return 2 * x\n    return x",
    "def f(x):\n    try:\n        import math\n    except ImportError:\n        return 2 * x\n    return x",
]
OTHER = [
    (NONE + "def f(x):\n    return 2 * x if numba is None else x", "numba"),
    (NONE + "def f(x):\n    if numba:\n        return x\n    return 2 * x", "numba"),
    (NONE + "def f(x):\n    return x if hasattr(numba, 'njit') else 2 * x", "numba"),
    (NONE + "def f(x, by=numba):\n    return 2 * x if by is None else x", "numba"),
    (NONE + "def f(x):\n    try:\n        y = numba.njit\n        return x\n    except AttributeError:\n"
     "        return 2 * x", "except"),
    (TRY + "def njit(f):\n        return lambda x: 2 * f(x)\n@njit\ndef f(x):\n    return 1 * x", "njit"),
    (TRY + "def f(x):\n        return 2 * x\nelse:\n    def f(x):\n        return x", "'f'"),
    (FLAG + "def f(x):\n    return x if HAS else 2 * x", "HAS"),
    ("HAS = False\n" + FLAG.replace("HAS = False", "pass") + "def f(x):\n    return x if HAS else 2 * x", "HAS"),
    ("try:\n    K = 2\n    import numba\n    K = 1\nexcept ImportError:\n    pass\ndef f(x):\n    return K * x", "K"),
    ("try:\n    from numpy import flip\nexcept ImportError:\n    def flip(x):\n        return 2 * x\n"
     "def f(x):\n    return flip(flip(x))", "flip"),
    ("try:\n    import cupy as np\nexcept ImportError:\n    import numpy as np\n" + USED, "np"),
    ("try:\n    from numpy import sum\nexcept ImportError:\n    pass\ndef f(x):\n    return 0 * sum(x) + x", "sum"),
    ("from numpy import *\ntry:\n    from a import flip\nexcept ImportError:\n    pass\n"
     "def f(x):\n    return flip(flip(x))", "flip"),
    ("TYPE_CHECKING = True\nK = 1\nif TYPE_CHECKING:\n    K = 5\ndef f(x):\n    return K * x", "K"),
    ("import typing\nif typing.TYPE_CHECKING:\n    import numpy as np\n" + USED, "np"),
    ("def f(x):\n    try:\n        import numba\n        return 2 * x\n"
     "    except ImportError:\n        return x", "except"),
]  # fmt: skip


@pytest.fixture(params=["there", "not there"])
def numba(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The module that is imported, there or not."""
    module = ModuleType("numba")
    module.njit = lambda f=None, **how: f or (lambda f: f)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "numba", module if request.param == "there" else None)


@pytest.mark.usefixtures("numba")
def test_what_imports_leave_as_it_is() -> None:
    """What is the same whether an import works or fails is read, and is what Python makes of it either way."""
    for text in SAME:
        names: dict = {}
        with suppress(AttributeError, ImportError):  # which is no other value
            exec(text, names)
            assert np.array_equal(names["f"](np.arange(3)), np.arange(3)), text
        assert prove(parse("x[N]: f(x) == x", {"f": from_source(text, "f")})).verdict == "proved", text


@pytest.mark.parametrize("text, named", OTHER)
def test_what_depends_on_an_import_is_refused(text: str, named: str) -> None:
    """A value that is another one where an import fails is an error that names it."""
    with pytest.raises(SymconvError, match=named):
        parse("x[N]: f(x) == x", {"f": from_source(text, "f")})
