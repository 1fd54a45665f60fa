"""Judge pairs of answers with reward models, on CPUs.

    from gram_cpu import Judge

    judge = Judge("model.gram")
    for verdict in judge.score([("What is 2 + 2?", "4", "5")]):
        print(verdict.score_response1)

Needs nothing but Python; tables need pyarrow or polars. docs/python.md tells more.
"""

from ._errors import GramError
from ._native import demo_model, isas, version
from .judge import Judge, convert
from .results import Ranked, Ranking, Verdict

__version__ = version()

__all__ = [
    "GramError",
    "Judge",
    "Ranked",
    "Ranking",
    "Verdict",
    "__version__",
    "convert",
    "demo_model",
    "isas",
]
