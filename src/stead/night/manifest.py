"""What a run was made of: hashes of what went in and came out, markers of finished stages, the manifest."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from stead.extracts.delivery import Delivery, file_sha256

PACKAGE = Path(__file__).resolve().parents[1]
_CODE = {".py", ".sql"}
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Output:
    """A file that a stage wrote."""

    path: str  # below the run's folder
    rows: int
    sha256: str


@dataclass(frozen=True)
class Done:
    """A finished stage: what it wrote, and how long it took (which is no part of the result)."""

    stage: str
    outputs: tuple[Output, ...]
    seconds: float
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Inputs:
    """All that a night's result depends on."""

    day: date
    extracts: Mapping[str, str]  # table to SHA-256
    bank: Mapping[str, str]
    ledger: Mapping[str, str]  # table to SHA-256
    handbook: str
    code: str

    @property
    def run_id(self) -> str:
        """`<date>-<first 12 of the SHA-256 over all inputs>`."""
        return f"{self.day.isoformat()}-{digest(self.as_json())[:12]}"

    def as_json(self) -> dict[str, Any]:
        """As the manifest holds it."""
        return {**asdict(self), "day": self.day.isoformat()}


def inputs_of(delivery: Delivery, ledger: Mapping[str, str], handbook: str, code: str) -> Inputs:
    """The inputs of a night over a delivery."""
    extracts = dict(sorted(delivery.hashes().items()))
    return Inputs(delivery.date, extracts, asdict(delivery.bank), ledger, handbook, code)


def canonical(value: Any) -> str:
    """A value as JSON text that is the same for equal values."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(value: Any) -> str:
    """SHA-256 over a value's canonical JSON."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def json_text(value: Any) -> str:
    """A value as JSON that people read."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def code_version(package: Path = PACKAGE) -> str:
    """SHA-256 over the package's source, tests left out: what computes a night."""
    told = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        parts = path.relative_to(package).parts
        if path.suffix in _CODE and not {"tests", "migrations"} & set(parts):
            told.update("/".join(parts).encode() + b"\0" + path.read_bytes() + b"\0")
    return told.hexdigest()


def write_atomically(path: Path, text: str) -> None:
    """Write a file that is there whole or not at all, also after the power failed."""
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def output(run_folder: Path, path: Path, rows: int) -> Output:
    """A written file with its hash."""
    return Output(path.relative_to(run_folder).as_posix(), rows, file_sha256(path))


def mark_done(run_folder: Path, done: Done) -> None:
    """Write a stage's marker, the last thing that a stage does."""
    told = {
        "stage": done.stage,
        "outputs": [asdict(one) for one in done.outputs],
        "timing": {"seconds": round(done.seconds, 3)},
        "detail": done.detail,
    }
    write_atomically(_marker(run_folder, done.stage), json_text(told))


def read_done(run_folder: Path, stage: str) -> Done | None:
    """A stage's marker; None when there is none or a file of it is not what was written."""
    path = _marker(run_folder, stage)
    if not path.exists():
        return None
    told = json.loads(path.read_text(encoding="utf-8"))
    outputs = tuple(Output(**one) for one in told["outputs"])
    for one in outputs:
        file = run_folder / one.path
        # Files are not synced one by one; after a power failure the hash tells what did not reach the disk.
        if not file.exists() or file_sha256(file) != one.sha256:
            return None
    return Done(told["stage"], outputs, told["timing"]["seconds"], told["detail"])


def forget(run_folder: Path, stages: Iterable[str]) -> None:
    """Take back the markers of stages that must be done again."""
    for stage in stages:
        _marker(run_folder, stage).unlink(missing_ok=True)


def _marker(run_folder: Path, stage: str) -> Path:
    return run_folder / f"{stage}.done.json"


def build(inputs: Inputs, stages: Iterable[Done]) -> dict[str, Any]:
    """The manifest: `content` depends on the inputs alone and has the hash `sha256`; the rest may differ."""
    done = list(stages)
    content = {
        "run_id": inputs.run_id,
        "inputs": inputs.as_json(),
        "stages": {one.stage: [asdict(file) for file in one.outputs] for one in done},
    }
    return {
        "sha256": digest(content),
        "content": content,
        "timing": {one.stage: round(one.seconds, 3) for one in done},
        "detail": {one.stage: one.detail for one in done if one.detail},
    }


def run_folder(lake: Path, day: date, run_id: str) -> Path:
    """Where a run's files lie."""
    return lake / "nights" / day.isoformat() / run_id


# A year and a month of nights. With its ledger of that moment, a night can be decided again, by another
# handbook as well.
LEDGERS_KEPT = 400


@dataclass(frozen=True)
class Kept:
    """What stays of runs that are neither shown nor just made; everything else of theirs is dropped."""

    published: int  # how many runs, the newest first, keep their published tables
    decisions: int = 0  # how many keep what was decided, so that it can still be explained
    decided: frozenset[str] = frozenset()  # the files of that, below a run's folder

    def stays(self, part: str, position: int) -> bool:
        """Whether a file below a run's folder stays; position: of the run among the old ones, newest 0."""
        if part.startswith("ledger/"):
            return position < LEDGERS_KEPT
        is_published = part.startswith("published/") and position < self.published
        return is_published or (part in self.decided and position < self.decisions)


def prune(lake: Path, whole: Iterable[Path], kept: Kept) -> None:
    """Drop the intermediate files of old runs, and the others but for those of the newest few.

    whole: folders of runs of which everything stays (the one shown, the one just made).
    """
    untouched = {path.resolve() for path in whole}
    folders = [path.parent for path in lake.glob(f"nights/????-??-??/*/{MANIFEST}")]
    old = sorted(
        (path for path in folders if path.resolve() not in untouched),
        key=lambda path: (path.parent.name, (path / MANIFEST).stat().st_mtime),
        reverse=True,
    )
    for position, folder in enumerate(old):
        for file in folder.glob("*/**/*"):
            if file.is_file() and not kept.stays(file.relative_to(folder).as_posix(), position):
                file.unlink(missing_ok=True)
        for part in folder.iterdir():
            if part.is_dir() and not any(path.is_file() for path in part.rglob("*")):
                shutil.rmtree(part, ignore_errors=True)
