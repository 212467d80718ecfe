"""Runs a night: stage after stage, each done once, then the publication."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from stead.core import disk
from stead.extracts.checks_balances import Needed
from stead.extracts.delivery import Delivery, DeliveryError, file_sha256
from stead.extracts.delivery import load as load_delivery
from stead.handbook import actions as handbook_actions
from stead.handbook import editions
from stead.handbook.content.book import Handbook, HandbookError
from stead.handbook.content.book import load as load_handbook
from stead.handbook.folder_changes import folder_changes
from stead.night import actions, failing, history, manifest, queries, records
from stead.night.manifest import Done, Inputs
from stead.night.models import Run
from stead.night.progress import Board
from stead.night.publication import Publisher, by_cost
from stead.night.published_tables import TABLES
from stead.night.registry import prune_others
from stead.night.stage_work import work
from stead.night.stages import (
    CONTRACT,
    LEDGER,
    NAMES,
    PUBLICATION,
    PUBLISHED,
    Night,
    Stage,
    fired_in,
    stages,
)
from stead.night.summary import firings, summarise
from stead.segmentation.actions import follow_assignments


class RefusedError(Exception):
    """The delivery may not be published; the message says why."""


@dataclass(frozen=True)
class Order:
    """What is asked for: which night, from which lake, into which database, by another handbook or not."""

    day: date
    lake: Path
    handbook: Path | None  # a folder instead of the edition in force
    url: str
    reject_limit: float | None = None  # share of a table's rows; None: as it was when they were extracted
    published_kept: int = 7  # older runs whose published tables stay in the lake
    decisions_kept: int = 400  # older runs whose decisions stay, so that "why" can still be asked about them
    back: bool = False  # put the desk back to an older day on purpose


@dataclass(frozen=True)
class Outcome:
    """A night that was published, or was on the desk already."""

    run_id: str
    work_date: date
    manifest: Mapping[str, Any]
    already_shown: bool


def run(order: Order, board: Board) -> Outcome:
    """Run the night; the caller holds the locks of `locks.one_night`.

    Raises RefusedError when the delivery may not be published (the run says so), StageContractError,
    HandbookError or another error when it failed; the desk then shows what it showed before.
    """
    actions.fail_killed(by=actions.PROGRAM)
    try:
        delivery = _accepted(order)
    except (DeliveryError, RefusedError) as error:
        _write_refusal(order, str(error))
        raise RefusedError(str(error)) from None
    try:
        night, inputs = _prepared(order, delivery)
    except Exception as error:
        # It has no run yet whose row could say so.
        if disk.is_full(error):
            _write_refusal(order, disk.said_full(order.lake), Run.Status.FAILED)
        raise
    with _recorded(night, order, board):
        return _run_stages(night, inputs, order, board)


def _prepared(order: Order, delivery: Delivery) -> tuple[Night, Inputs]:
    """The night with all that goes into it, named after the hash of that; its ledger lies in its folder."""
    with _snapshot(order) as (snapshot, hashes):
        handbook = _handbook(order)
        inputs = manifest.inputs_of(delivery, hashes, handbook.version, manifest.code_version())
        folder = manifest.run_folder(order.lake, order.day, inputs.run_id)
        night = Night(folder, inputs.run_id, order.day, delivery, handbook)
        _take_ledger(snapshot, folder / LEDGER)
    return night, inputs


def _handbook(order: Order) -> Handbook:
    """The edition in force on the night's date; before there is any, the bank's folder becomes the first."""
    if order.handbook is not None:
        return load_handbook(order.handbook)
    version = editions.in_force(order.day)
    if version is None:
        files = load_handbook(Path(settings.HANDBOOK)).files
        version = handbook_actions.found(by=actions.PROGRAM, files=files).version
    return Handbook(version.files if version else {})


def _accepted(order: Order) -> Delivery:
    """The delivery, if it may be published."""
    newest = queries.shown_day()
    if newest and order.day < newest and not order.back:
        raise RefusedError(
            f"The desk shows {newest}; a night of {order.day} would put it back. "
            "Give --back to do so on purpose."
        )
    delivery = load_delivery(order.lake, order.day)
    if delivery.stopped:
        raise RefusedError(delivery.stopped)
    if order.reject_limit is None:
        if delivery.refused:
            raise RefusedError(delivery.refused)
        return delivery
    for name, table in delivery.tables.items():
        share = table.rejected / max(table.rows + table.rejected, 1)
        if share > order.reject_limit:
            raise RefusedError(
                f"{name}: {table.rejected:,} of {table.rows + table.rejected:,} rows were set aside "
                f"({share:.2%}); "
                f"at most {order.reject_limit:.2%} may be. See {delivery.rejects_path(name)}."
            )
    if delivery.needed and (over := Needed(**delivery.needed).over(order.reject_limit, delivery.date)):
        raise RefusedError(f"At most {order.reject_limit:.2%} may be missing. {'; '.join(over)}.")
    return delivery


@contextmanager
def _snapshot(order: Order) -> Iterator[tuple[Path, dict[str, str]]]:
    """The ledger of this moment in a folder that lasts as long as the block."""
    nights = order.lake / "nights"
    nights.mkdir(parents=True, exist_ok=True)
    for stale in nights.glob(".ledger-*"):
        shutil.rmtree(stale, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=".ledger-", dir=nights))
    try:
        yield folder, records.snapshot(order.url, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _take_ledger(snapshot: Path, place: Path) -> None:
    """Move the snapshot into the run. One that is there already is the same: the run is named after it."""
    place.mkdir(parents=True, exist_ok=True)
    for name in records.names():
        (snapshot / f"{name}.parquet").replace(place / f"{name}.parquet")


def _begun(run_id: str, order: Order, night: Night | None, unapproved: str = "") -> actions.Begun:
    return actions.Begun(
        run_id=run_id,
        day=order.day,
        work_date=night.calendar.work_date if night else order.day,
        handbook_version=night.handbook.version if night else "",
        book_currency=night.delivery.bank.book_currency if night else "",
        handbook_currency=night.handbook.texts.currency if night else "",
        lake=str(order.lake),
        unapproved=unapproved,
    )


def _write_refusal(order: Order, message: str, status: str = Run.Status.REFUSED) -> None:
    """A refused delivery has no inputs to name a run after; it is named after the refusal."""
    run_id = f"{order.day.isoformat()}-{manifest.digest(message)[:12]}"
    try:
        rejects = load_delivery(order.lake, order.day).rejects
    except DeliveryError:
        rejects = ()
    actions.begin(by=actions.PROGRAM, begun=_begun(run_id, order, None), stages=NAMES[:1], rejects=rejects)
    actions.end(by=actions.PROGRAM, run_id=run_id, status=status, message=message)


@contextmanager
def _recorded(night: Night, order: Order, board: Board) -> Iterator[None]:
    """Keep the run's row and its stages up to date, whatever happens within."""
    holding = editions.in_force(order.day) if order.handbook is not None else None
    in_force = holding.pk if holding else ""
    is_unapproved = order.handbook is not None and night.handbook.version != in_force
    begun = _begun(night.run_id, order, night, str(order.handbook) if is_unapproved else "")
    if order.handbook is None:
        changes = folder_changes(Path(settings.HANDBOOK), night.handbook.files, order.day)
        begun = replace(begun, folder_changes=changes)
    actions.begin(by=actions.PROGRAM, begun=begun, stages=NAMES, rejects=night.delivery.rejects)
    if night.delivery.accepted:
        taken, differs = night.delivery.accepted, night.delivery.differs
        actions.accept_delivery(by=taken.by, run_id=night.run_id, reason=taken.reason, differs=differs)
    handbook_actions.use(by=actions.PROGRAM, files=night.handbook.files, day=order.day)
    if order.handbook is not None:
        actions.handbook_given(
            by=actions.PROGRAM,
            run_id=night.run_id,
            folder=str(order.handbook),
            version=night.handbook.version,
            in_force=in_force,
        )
    board.tell(order.url, night.run_id)
    try:
        yield
    except RefusedError as error:
        actions.end(by=actions.PROGRAM, run_id=night.run_id, status=Run.Status.REFUSED, message=str(error))
        raise
    except BaseException as error:
        failing.write_down(night, error)
        raise


def _run_stages(night: Night, inputs: Inputs, order: Order, board: Board) -> Outcome:
    """Contract, the stages that are not done yet, publication."""
    prune_rest = prune_others.get()  # asked now, so that what was not wired is told before a publication
    done = [_contract(night, inputs, board)]
    shown = queries.shown(order.lake)
    # All of the desk changes in one transaction with the pointer: where that shows this run, nothing is left.
    is_shown = shown.run_id == night.run_id
    with (
        nullcontext()
        if is_shown
        else Publisher(order.url, night.run_id, shown, report=_told(board)) as publisher
    ):
        for stage in stages():
            taken = _taken_over(night, stage, done, board)
            if taken and publisher:
                for name, path in by_cost(_published_paths(night, stage)):
                    publisher.add(name, path)
            done.append(taken or _work(night, stage, board, publisher))
        told = manifest.build(inputs, done)
        told["published"] = _published_hashes(done)
        told["summary"] = summarise(night.folder / PUBLISHED)
        outcome = _show(order, night, told, publisher, board)
    manifest.write_atomically(night.folder / manifest.MANIFEST, manifest.json_text(outcome.manifest))
    whole = [night.folder, *([shown.folder] if shown.folder else [])]
    kept = manifest.Kept(order.published_kept, order.decisions_kept, history.files())
    manifest.prune(order.lake, whole, kept)
    prune_rest(order.lake)
    return outcome


def _taken_over(night: Night, stage: Stage, done: list[Done], board: Board) -> Done | None:
    """A stage's result from a run that was stopped; only when all stages before it were taken over too."""
    before = [one.stage for one in done[1:]]
    is_fresh = all(board.states[name].status == "reused" for name in before)
    kept = manifest.read_done(night.folder, stage.name) if is_fresh else None
    if kept:
        board.end(stage.name, "reused", kept.seconds, _rows(kept), "taken over")
    else:
        manifest.forget(night.folder, [stage.name])
    return kept


def _published_paths(night: Night, stage: Stage) -> dict[str, Path]:
    """The published tables that a stage writes, by their names in the database."""
    names = {promise.name for promise in stage.promises}
    folder = night.folder / PUBLISHED
    return {table.name: table.file(folder) for table in TABLES if table.lake_name in names}


def _published_hashes(done: list[Done]) -> dict[str, str]:
    """SHA-256 of each published table, by its name in the lake."""
    outputs = [(Path(one.path), one.sha256) for stage in done for one in stage.outputs]
    return {path.stem: sha256 for path, sha256 in outputs if path.parent.name == PUBLISHED}


def _told(board: Board) -> Callable[[str, int], None]:
    """Tells the board of each table that is ready to be shown."""
    ready: list[str] = []

    def report(table: str, _rows: int) -> None:
        ready.append(table)
        board.set(PUBLICATION, len(ready) / (len(TABLES) + 1), table)

    return report


def _contract(night: Night, inputs: Inputs, board: Board) -> Done:
    """Check that the extracts are the files that were checked when they were delivered."""
    started = time.monotonic()
    with board.failing(CONTRACT):
        read = night.delivery.inputs()
        for number, (name, path) in enumerate(read.items()):
            board.set(CONTRACT, number / len(read), name)
            if file_sha256(path) != inputs.extracts[name]:
                raise RefusedError(
                    f"{path}: the file was changed after it was checked; extract {night.day} again."
                )
    seconds = time.monotonic() - started
    rows = sum(table.rows for table in night.delivery.tables.values())
    board.end(CONTRACT, "done", seconds, rows)
    return Done(CONTRACT, (), seconds)


def _work(night: Night, stage: Stage, board: Board, publisher: Publisher | None) -> Done:
    """Do a stage and mark it as done; the marker comes last."""
    names = {path: name for name, path in _published_paths(night, stage).items()}

    def written(path: Path) -> None:
        # A table is brought beside the live one while others are computed; nobody sees it yet.
        if publisher and path in names:
            publisher.add(names[path], path)

    with board.failing(stage.name):
        board.set(stage.name, 0.0)
        done = work(night, stage, lambda share, what: board.set(stage.name, share, what), written)
    manifest.mark_done(night.folder, done)
    board.end(stage.name, "done", done.seconds, _rows(done))
    return done


def _rows(done: Done) -> int:
    return sum(output.rows for output in done.outputs)


def _refuse_replaced_edition(order: Order, night: Night) -> None:
    """An edition approved while the night ran may hold on its date; nobody is then treated by the old one."""
    holding = editions.in_force(order.day)
    if order.handbook is None and holding is not None and holding.pk != night.handbook.version:
        raise RefusedError(
            f"An edition that holds on {order.day} was approved while the night ran by the one before; "
            "nothing was published. Run the night again."
        )


def _show(
    order: Order, night: Night, told: dict[str, Any], publisher: Publisher | None, board: Board
) -> Outcome:
    """Bring the desk to this night, unless it is there already. Counts the seconds since the last stage."""
    started = time.monotonic()
    work_date = night.calendar.work_date
    if publisher is None:
        actions.shown_already(by=actions.PROGRAM, run_id=night.run_id)
        board.end(PUBLICATION, "reused", 0.0, 0, "on the desk already")
        return Outcome(night.run_id, work_date, told, already_shown=True)
    with board.failing(PUBLICATION):
        changes = publisher.prepared()
        written = {name: asdict(change) for name, change in changes.items()}
        told["detail"][PUBLICATION] = board.states[PUBLICATION].detail = written
        fired = firings(fired_in(night))

        def record(cursor: psycopg.Cursor) -> None:
            _refuse_replaced_edition(order, night)
            told["timing"][PUBLICATION] = round(time.monotonic() - started, 3)
            actions.write_publication(
                by=actions.PROGRAM,
                cursor=cursor,
                run_id=night.run_id,
                day=night.day,
                version=night.handbook.version,
                manifest=told,
                fired=fired,
            )

        def follow(cursor: psycopg.Cursor) -> None:
            follow_assignments(by=actions.PROGRAM, run_id=night.run_id, cursor=cursor)

        publisher.show(record, follow)
    rows = sum(change.written + change.deleted for change in changes.values())
    board.end(PUBLICATION, "done", time.monotonic() - started, rows)
    return Outcome(night.run_id, work_date, told, already_shown=False)


__all__ = ["HandbookError", "Order", "Outcome", "RefusedError", "run"]
