"""Settings and fixtures of the whole suite."""

import os
import signal
import sys
import threading

import pytest
from hypothesis import HealthCheck, settings

from bcf_payments import cli

os.environ.setdefault("MPLBACKEND", "agg")

# Whatever started the tests may ignore Ctrl-C, as a shell does for what it starts in the background.
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The suite tries the same cases each time, so that it fails for a change and never by chance; the thorough
# profile draws new ones.
settings.register_profile(
    "default",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    print_blob=True,
)
settings.register_profile(
    "thorough", parent=settings.get_profile("default"), derandomize=False, max_examples=1_000
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(autouse=True)
def close_figures():
    """Leave no figure of a picture open."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


@pytest.fixture
def run(capsys):
    """The command line: what it is given, and its exit status, output and errors."""

    def command(*words):
        status = cli.main([str(word) for word in words])
        shown = capsys.readouterr()
        return status, shown.out, shown.err

    return command
