"""The set-up: half-made things do not pass for whole, shared ones are left alone, needs are said first."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = ("Makefile", "pyproject.toml", "requirements-dev.lock", "package.json", "package-lock.json")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh checkout, in a folder with a blank and Chinese characters in its name."""
    place = tmp_path / "一家 bank"
    shutil.copytree(ROOT / "setup", place / "setup")
    for name in FILES:
        shutil.copy(ROOT / name, place / name)
    return place


def programs(checkout: Path, **scripts: str) -> dict[str, str]:
    """An environment in which only the system's small tools are found, and these scripts."""
    folder = checkout / "bin"
    folder.mkdir()
    for name in (
        "sh",
        "sed",
        "df",
        "awk",
        "sort",
        "tr",
        "dirname",
        "basename",
        "cat",
        "find",
        "grep",
        "ls",
        "id",
        "make",
        "git",
    ):
        found = shutil.which(name)
        if found and name not in scripts:
            (folder / name).symlink_to(found)
    for name, text in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return {"PATH": str(folder), "HOME": str(checkout), "LANG": "xx_YY.UTF-8"}


def run(checkout: Path, environment: dict[str, str], *command: str) -> "subprocess.CompletedProcess[str]":
    """A script of the set-up, from the checkout's folder."""
    return subprocess.run(
        ["/bin/sh", *command], cwd=checkout, env=environment, capture_output=True, text=True, check=False
    )


def test_all_that_is_missing_is_said_in_one_sentence_with_the_command(checkout: Path) -> None:
    done = run(checkout, programs(checkout), "setup/needs.sh", "demo")
    assert done.returncode == 1
    assert done.stderr == (
        "make demo needs first: Python 3.11 or newer; Node 18 or newer with npm. On Debian and Ubuntu, as "
        "root: apt-get update && apt-get install -y npm python3 python3-venv\n"
    )


def test_a_python_without_venv_and_an_old_node_are_no_such_thing(checkout: Path) -> None:
    only_runs = 'case "$2" in *ensurepip*) exit 1 ;; esac'
    found = programs(checkout, python3=only_runs, node="echo v16.20.0", npm="echo 8")
    done = run(checkout, found, "setup/needs.sh", "demo")
    assert "python3-venv for " in done.stderr
    assert "Node 18 or newer with npm" in done.stderr
    assert done.stderr.endswith("apt-get install -y npm python3-venv\n")


def test_a_full_disk_is_said_before(checkout: Path) -> None:
    small = "echo head; echo 'disk 9 9 102400 9% /'"
    found = programs(checkout, python3="exit 0", node="echo v18.1.0", npm="echo 9", df=small)
    done = run(checkout, found, "setup/needs.sh", "demo")
    assert "1850 MB of free disk" in done.stderr
    assert "where 100 MB are left" in done.stderr


def test_what_was_stopped_or_moved_or_is_older_than_its_lock_is_not_made(checkout: Path) -> None:
    asked = ("setup/environment.sh", "--is-made")
    environment = programs(checkout)
    mark, python = checkout / ".venv/.made", checkout / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.symlink_to("/bin/true")
    assert run(checkout, environment, *asked, "python").returncode != 0
    mark.write_text(f"{checkout}\n")
    assert run(checkout, environment, *asked, "python").returncode == 0
    mark.write_text("/elsewhere\n")
    assert run(checkout, environment, *asked, "python").returncode != 0
    mark.write_text(f"{checkout}\n")
    os.utime(checkout / "requirements-dev.lock", (2**32, 2**32))
    assert run(checkout, environment, *asked, "python").returncode != 0


@pytest.mark.parametrize(("first", "second"), [(0, 0), (3, 0), (0, 5), (3, 5)])
def test_of_two_commands_at_once_both_must_succeed_and_both_are_heard(
    checkout: Path, first: int, second: int
) -> None:
    commands = [f'sh -c "echo {word}; exit {code}"' for word, code in (("one", first), ("two", second))]
    done = run(checkout, dict(os.environ), "setup/together.sh", *commands)
    assert done.returncode == (first or second)
    assert done.stdout.splitlines() == ["two", commands[0], "one"]


@pytest.mark.parametrize(("name", "what"), [(".venv", "python"), ("node_modules", "node")])
def test_a_link_to_what_others_use_is_never_made_anew(checkout: Path, name: str, what: str) -> None:
    shared = checkout.parent / "shared"
    shared.mkdir()
    (checkout / name).symlink_to(shared)
    assert run(checkout, programs(checkout), "setup/environment.sh", "--is-made", what).returncode == 0
