import os

import pytest

from gram_cpu import Judge


@pytest.fixture(scope="session")
def judge():
    with Judge(threads=2) as opened:
        yield opened


@pytest.fixture(scope="session")
def program():
    """The command-line program that belongs to the library."""
    import gram_cpu.__main__ as command

    path = os.environ.get("GRAM_PROGRAM", str(command._PROGRAM))
    if not os.path.isfile(path):
        pytest.skip(f"no program at {path}")
    return path
