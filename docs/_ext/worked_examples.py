"""The worked examples, read from their files."""

from __future__ import annotations

import re
from pathlib import Path

from bcf_payments import WorkedExample, available_schemes, load_worked_example

FOLDER = Path(__file__).parents[1] / "worked_examples"


def markdown() -> str:
    """A section for each scheme, the built-in ones first, and in it one for each example."""
    by_scheme: dict[str, list[str]] = {name: [] for name in available_schemes()}
    for file in sorted(FOLDER.glob("*.toml")):
        example = load_worked_example(file)
        by_scheme.setdefault(example.scheme.name, []).append(_section(example, file))
    return "\n\n".join("\n\n".join([f"## {scheme}", *sections]) for scheme, sections in by_scheme.items())


def _sentences(working: str) -> str:
    """The working with lines that end where sentences do, not where the file's do."""
    return re.sub(r"(?<![.:])\n", " ", working.strip())


def _section(example: WorkedExample, file: Path) -> str:
    return f"""\
### {example.title}

{example.source.document}. Facts: {", ".join(example.source.facts)}.

```{{code-block}} text
:class: prose

{_sentences(example.working)}
```

<details><summary>The file {file.name}, with the figures that must come out</summary>

```toml
{file.read_text(encoding="utf-8").strip()}
```

</details>"""
