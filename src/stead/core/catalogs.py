"""Compiles the translations (.po) into what Django reads (.mo), without any tool from outside Python."""

import os
from pathlib import Path

import polib

SOURCE = Path(__file__).resolve().parents[1]


def compile_catalogs(root: Path = SOURCE) -> list[Path]:
    """Write the .mo beside each .po below `root` that is newer than its .mo; return those written."""
    written = []
    for catalog in sorted(root.rglob("locale/*/LC_MESSAGES/*.po")):
        target = catalog.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < catalog.stat().st_mtime:
            # Named when it is whole; several programs may do this at once.
            fresh = target.with_name(f".{target.stem}.{os.getpid()}.mo")
            polib.pofile(str(catalog)).save_as_mofile(str(fresh))
            fresh.replace(target)
            written.append(target)
    return written


if __name__ == "__main__":
    compile_catalogs()
