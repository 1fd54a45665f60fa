"""Libraries that a part of the package needs: a missing one is told in a line."""

from __future__ import annotations

import importlib
from typing import Any


def needed(module: str, why: str, extra: str | None = None) -> Any:
    """The module of that name. `why` is what an error says it is needed for.

    `extra`: the optional dependency of gram-cpu that brings it. Raises ImportError where the module, or one that it
    needs itself, is not installed; one that is there and broken says so itself.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        missing = (error.name or module).partition(".")[0]
        what = f"'gram-cpu[{extra}]'" if extra else missing
        raise ImportError(f"{why} needs {missing}: pip install {what}", name=missing) from None
