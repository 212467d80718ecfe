"""Serving: an address that cannot be listened on is refused in one sentence, before anything is done."""

import socket
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from stead.web.cli import main
from stead.web.listening import parts, refuse_taken


def test_a_taken_address_is_named_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(click.ClickException, match=rf"{port} cannot be listened on .*make demo PORT=\d+"):
            refuse_taken(f"127.0.0.1:{port}")


@pytest.mark.parametrize(
    "address",
    ["localhost", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:0", "127.0.0.1:web", "127.0.0.1:-1", "h:８０"],
)
def test_what_is_no_address_says_what_would_be_right(address: str) -> None:
    with pytest.raises(click.ClickException, match=r"HOST:PORT with a port from 1 to 65535"):
        refuse_taken(address)


def test_an_address_has_a_host_of_either_kind_and_a_port() -> None:
    assert parts("[::1]:8000") == ("::1", 8000)
    assert parts(":8000") == ("127.0.0.1", 8000)


def test_the_demo_says_so_before_it_makes_a_bank(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["demo", "--lake", str(tmp_path / "lake"), "--serve", "127.0.0.1:99999"])
    assert done.exit_code == 1
    assert "99999" in done.output
    assert not (tmp_path / "lake").exists()
