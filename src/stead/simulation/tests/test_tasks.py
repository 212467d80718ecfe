"""What the simulation declares to the worker: what waits, and under which names."""

import pytest
from tests import factories

from stead.jobs.registry import jobs
from stead.simulation import tasks
from stead.simulation.models import Simulation

State = Simulation.State


def test_jobs_queued_by_earlier_releases_are_found_by_the_names_they_were_queued_under() -> None:
    [job] = tasks.JOBS
    assert (job.queue.name, job.queue.task) == ("simulations", "stead.simulation")
    assert job in jobs.get()


@pytest.mark.database
@pytest.mark.django_db
def test_a_simulation_that_waits_without_a_job_is_queued_again() -> None:
    factories.night()
    waiting = factories.simulation()
    factories.simulation(is_background=False)
    factories.simulation(state=State.DONE, summary={"nights": []})
    [job] = tasks.JOBS
    before = job.queue.arguments()
    assert job.queue_lost() == 1
    assert [one for one in job.queue.arguments() if one not in before] == [{"pk": waiting.pk}]
    assert job.queue_lost() == 0
