"""The words and largest numbers that a night knows: the check asks for them, the night computes by them."""

from stead.extracts.contract import CHANNELS, CLASSES

# How a relationship ends; empty while it lasts.
ENDED = ("left", "deceased")
# What a contact may count for. owed: is a contact that clause 2.3 owes. limits: uses up a limit. last: is
# shown as the last contact.
OWED, LIMITS, LAST = "owed", "limits", "last"
USES = (OWED, LIMITS, LAST)
DIRECTIONS = ("in", "out")
OUTCOMES = ("reached", "follow_up", "refused", "sent", "not_reached")
# The occasions that are known before their day, as their practices declare; all others have happened.
AHEAD = ("maturity", "birthday", "anniversary", "festival")
WARNINGS = {3: "warning_red", 2: "warning_orange", 1: "warning_yellow"}  # by the colour of 2.4/warning
MINUTES_MOST = 1_440  # of a contact: a day
YEAR_DAYS, TEN_YEARS_DAYS = 366, 3_660
POINTS_MOST = 100_000
HOURS_MOST = 24
COLOUR_MOST = 3  # red
MONTHS_REPLAYED = 12  # of the held tier, the book date's included

__all__ = [
    "AHEAD", "CHANNELS", "CLASSES", "COLOUR_MOST", "DIRECTIONS", "ENDED", "HOURS_MOST", "LAST", "LIMITS",
    "MINUTES_MOST", "MONTHS_REPLAYED", "OUTCOMES", "OWED", "POINTS_MOST", "TEN_YEARS_DAYS",
    "USES", "WARNINGS", "YEAR_DAYS",
]  # fmt: skip
