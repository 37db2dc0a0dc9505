"""Print the oldest dependencies that pyproject.toml allows, as constraints.

python scripts/oldest.py > constraints-oldest.txt
"""

from __future__ import annotations

import tomllib
from pathlib import Path


def oldest(pyproject: Path) -> list[str]:
    """One ``name==version`` for every ``name>=version`` of the project and its extras, sorted."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ]
    return sorted({line.replace(">=", "==") for line in wanted if ">=" in line})


if __name__ == "__main__":
    print("\n".join(oldest(Path(__file__).parents[1] / "pyproject.toml")))
