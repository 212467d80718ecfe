"""Serving: an address that cannot be listened on is refused in one sentence."""

import socket

import click
import pytest

from stead.web.serve import refuse_taken


def test_a_taken_address_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(click.ClickException, match="cannot be listened on"):
            refuse_taken(f"127.0.0.1:{taken.getsockname()[1]}")


def test_what_is_no_address_says_what_would_be_right() -> None:
    with pytest.raises(click.ClickException, match="HOST:PORT"):
        refuse_taken("localhost")
