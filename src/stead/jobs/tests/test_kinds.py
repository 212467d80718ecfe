"""A kind of work that `jobs` does not know, declared as any folder would, is done by the worker of all."""

import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from django.db import transaction
from procrastinate.contrib.django import app

from stead.jobs.at_work import AtWork, at_work
from stead.jobs.queue import Arguments, Queue
from stead.jobs.registry import Job, jobs, refuse_undone
from stead.jobs.worker import Worker

JOBS = Path(__file__).parents[1]
GIVEN_UP_AFTER_S = 120.0  # a test that fails must not hang
numbers = count(1)


class Post:
    """Writes letters, in a folder that nobody has heard of."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.worker = Worker(concurrency=2)
        self.written: set[int] = set()
        self.unsent: list[int] = []
        self.tidied = 0
        self.wants = 0
        self.job = Job(queue, waiting=self.waiting, tidy=self.tidy)

    def waiting(self) -> list[Arguments]:
        """The letters that are to be written."""
        return [{"number": number} for number in self.unsent]

    def tidy(self) -> None:
        """What breaks in here must stop nobody."""
        self.tidied += 1
        raise RuntimeError("the letter box is full")

    def write(self, number: int) -> None:
        """Write one, and end the worker when all are written that the test wants."""
        self.written.add(number)
        self.unsent = [one for one in self.unsent if one != number]
        if len(self.written) >= self.wants:
            self.worker.end()

    def work(self, wants: int) -> None:
        """Let the worker work until so many are written."""
        self.wants = wants
        guard = threading.Timer(GIVEN_UP_AFTER_S, self.worker.end)
        guard.daemon = True
        guard.start()
        self.worker.work()
        guard.cancel()


@pytest.fixture
def post() -> Iterator[Post]:
    """The post, declared beside all other owners of jobs; in a queue of the test's own."""
    queue = Queue(f"letters {next(numbers)}", task="stead.tests.letter")
    made, others = Post(queue), jobs.get()
    app.task(name=queue.task, queue=queue.name)(made.write)
    jobs.fill((made.job, *others))
    yield made
    jobs.fill(others)
    app.tasks.pop(queue.task)
    at_work.begin()


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_the_worker_does_a_job_of_a_folder_that_it_does_not_know(post: Post) -> None:
    post.queue.defer(number=7)
    with transaction.atomic():
        post.queue.defer(number=8)
        transaction.set_rollback(True)
    post.work(wants=1)
    assert post.written == {7}
    assert post.queue.arguments() == []


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_what_was_lost_is_queued_again_though_its_owner_fails_to_tidy(post: Post) -> None:
    post.unsent = [1, 2]
    post.work(wants=2)
    assert post.written == {1, 2}
    assert post.tidied


@pytest.mark.database
@pytest.mark.django_db
def test_what_waits_in_the_queue_is_not_lost(post: Post) -> None:
    post.unsent = [1, 2]
    post.queue.defer(number=1)
    assert post.job.queue_lost() == 1
    assert post.job.queue_lost() == 0
    assert post.queue.arguments() == [{"number": 1}, {"number": 2}]


def test_a_job_at_work_is_asked_to_stop_and_so_is_one_that_begins_too_late() -> None:
    here, asked = AtWork(), []
    with here.stopped_by(lambda: asked.append("ended")):
        pass
    with here.stopped_by(lambda: asked.append("early")):
        here.stop()
        assert asked == ["early"]
        with here.stopped_by(lambda: asked.append("late")):
            assert asked == ["early", "late"]
    here.begin()
    with here.stopped_by(lambda: asked.append("next")):
        assert asked == ["early", "late"]
    here.stop()
    assert asked == ["early", "late"]


def test_a_declared_job_without_a_function_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'stead\.nobody', which the queue 'nothing'"):
        refuse_undone([Job(Queue("nothing", task="stead.nobody"))])


def test_jobs_name_none_of_their_owners() -> None:
    owned = [(job.queue.name, job.queue.task.rpartition(".")[2]) for job in jobs.get()]
    assert ("simulations", "simulation") in owned
    for path in JOBS.glob("*.*"):
        text = path.read_text("utf-8").lower()
        assert [word for names in owned for word in names if word in text] == [], path
