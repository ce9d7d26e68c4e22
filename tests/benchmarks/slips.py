"""Whether speed has slipped, by ratios: `python -m tests.benchmarks.slips`, with `--store` to keep a new run.

Seconds of two machines tell nothing: within each group of benchmarks, everything is taken over the first of
its group, in the same run. What has become slower by that than in the stored run is told; it fails nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

STORED = Path(__file__).with_name("ratios.json")
SLIP = 1.5
"""So many times the stored ratio is told."""

SLOW = "not workers and not grows and not AgainstSettling and not face and not 20000"
"""What takes minutes, or is told by absolute numbers, is left to who asks for it."""

QUICK = ["-q", "-n", "0", "-k", SLOW, "--benchmark-max-time=0.2", "--benchmark-min-rounds=3"]


def measured() -> dict[str, float]:
    """The ratios of a run, by group and name."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "run.json")
        command = [sys.executable, "-m", "pytest", str(STORED.parent), *QUICK, f"--benchmark-json={file}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words
        benchmarks = json.loads(file.read_text(encoding="utf-8"))["benchmarks"]
    first: dict[str, float] = {}
    ratios = {}
    for benchmark in benchmarks:
        group, least = benchmark["group"], benchmark["stats"]["min"]
        if group in first:
            ratios[f"{group}: {benchmark['name']}"] = round(least / first[group], 3)
        first.setdefault(group, least)
    return ratios


def told(ratios: dict[str, float], stored: dict[str, float]) -> list[str]:
    """A sentence for each ratio that has slipped, is new, or is gone."""
    slipped = [
        f"slower: {name}: {ratio:.2f} times the first of its group, {stored[name]:.2f} in the stored run"
        for name, ratio in ratios.items()
        if name in stored and ratio > SLIP * stored[name]
    ]
    other = ratios.keys() ^ stored.keys()
    return slipped + [f"not in both runs: {name} (store a new one with --store)" for name in sorted(other)]


def main(words: list[str]) -> None:
    """Measure; store the ratios, or tell what has slipped."""
    ratios = measured()
    if "--store" in words:
        STORED.write_text(json.dumps(ratios, indent=1) + "\n", encoding="utf-8")
        return
    warnings = told(ratios, json.loads(STORED.read_text(encoding="utf-8")))
    said = [f"WARNING {warning}\n" for warning in warnings] or ["no ratio has slipped\n"]
    sys.stdout.writelines(said)


if __name__ == "__main__":
    main(sys.argv[1:])
