"""What a night says of its own failure, also when the disk on which it would say so is full."""

import logging
import time

from django.db import Error, connection

from stead.core import disk, endings
from stead.core.error_values import without_values
from stead.night import actions, manifest
from stead.night.engine import part_of
from stead.night.models import Run
from stead.night.stages import Night, stages

STOPPED = "The night was stopped. The same command goes on where it stood."
# A server that could not write its own log starts anew by itself, within seconds of there being room.
TRIES, REST_S = 10, 1.0
log = logging.getLogger(__name__)


def why(error: BaseException, night: Night) -> str:
    """Why a night failed, for its row in the list of nights."""
    # Some libraries raise an error of their own when they are interrupted.
    if isinstance(error, KeyboardInterrupt) or endings.is_told_to_end():
        return STOPPED
    if disk.is_full(error):
        return disk.said_full(night.folder)
    return without_values(error) or type(error).__name__


def write_down(night: Night, error: BaseException) -> None:
    """Mark the night as failed. A full disk first gets back what the unfinished stages wrote to it."""
    message = why(error, night)
    if not disk.is_full(error):
        actions.end(by=actions.PROGRAM, run_id=night.run_id, status=Run.Status.FAILED, message=message)
        return
    make_room(night)
    for _ in range(TRIES):
        try:
            actions.end(by=actions.PROGRAM, run_id=night.run_id, status=Run.Status.FAILED, message=message)
        except Error:
            connection.close()
            time.sleep(REST_S)
        else:
            return
    log.warning("The database has no room to say that the night failed; the next night will say it.")


def make_room(night: Night) -> None:
    """Remove the tables of stages that were not finished: they are made anew in any case."""
    for stage in stages():
        if manifest.read_done(night.folder, stage.name) is None:
            for promise in stage.promises:
                path = night.path(stage.name, promise.name)
                for file in (path, part_of(path)):
                    file.unlink(missing_ok=True)
