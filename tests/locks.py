"""Writes the requirement locks anew from pyproject.toml, with hashes and without any index's address."""

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def compile_lock(needs: list[str], target: Path, *constraints: Path) -> None:
    """Resolve `needs` into `target`; packages that stand in `constraints` keep their version."""
    with tempfile.NamedTemporaryFile("w", suffix=".in") as wanted:
        wanted.write("\n".join(needs) + "\n")
        wanted.flush()
        command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet"]
        # For each Python from the oldest on, and each system.
        command += ["--universal", "--python-version", "3.11"]
        command += ["--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate", wanted.name]
        for constraint in constraints:
            command += ["--constraint", str(constraint)]
        subprocess.run([*command, "--output-file", str(target)], check=True)


def main() -> None:
    """Write requirements-dev.lock, requirements.lock as its part that the software itself needs, and
    requirements-bench.lock as what the benchmarks' peers need besides, at no other versions."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needs = project["project"]["dependencies"]
    build = [*project["build-system"]["requires"], "editables"]
    everything = ROOT / "requirements-dev.lock"
    compile_lock([*needs, *project["dependency-groups"]["dev"], *build], everything)
    compile_lock(needs, ROOT / "requirements.lock", everything)
    compile_lock(project["dependency-groups"]["bench"], ROOT / "requirements-bench.lock", everything)


if __name__ == "__main__":
    main()
