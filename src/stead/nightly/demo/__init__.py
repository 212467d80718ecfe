"""A bank that does not exist: its customers, accounts and two years of bookings, as extracts."""

from stead.nightly.demo.generate import generate
from stead.nightly.demo.second_day import next_day

__all__ = ["generate", "next_day"]
