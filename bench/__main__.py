"""`make bench`: the night beside plain SQL, and the pages, on a demo bank of a million customers."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
MARK = "made-by-bench.txt"


def arguments() -> argparse.Namespace:
    """What is to be measured, on how many customers, and where the data lies."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parts = ("night", "pages", "simulate")
    parser.add_argument("--only", nargs="*", choices=parts, default=parts)
    parser.add_argument(
        "--data", type=Path, help="folder of the demo bank; var/bench-<customers> if not given"
    )
    return parser.parse_args()


def claim(data: Path) -> None:
    """Make the folder, or take one that a benchmark made: its nights and database are forgotten each time.

    Ends the program when something else lies there, such as a bank's own data.
    """
    data.mkdir(parents=True, exist_ok=True)
    is_ours = (data / MARK).exists() or (data / "figures.json").exists()
    if not is_ours and any(data.iterdir()):
        sys.exit(f"{data} was not made by a benchmark; give --data a folder that is empty or not there yet.")
    (data / MARK).write_text("Made by python -m bench, which forgets all but the bank when it begins.\n")


def main() -> int:
    """Measure in a process of its own, whose settings name the folder of the data from its start."""
    wanted = arguments()
    data = (wanted.data or ROOT / "var" / f"bench-{wanted.customers}").resolve()
    claim(data)
    environment = os.environ | {"STEAD_DATA": str(data), "DJANGO_SETTINGS_MODULE": "stead.web.settings"}
    command = [sys.executable, "-m", "bench.figures", str(wanted.customers), *wanted.only]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
