"""A bank that does not exist: its customers, accounts and two years of bookings, as extracts."""

from stead.night.demo.generate import generate
from stead.night.demo.second_day import next_day

__all__ = ["generate", "next_day"]
