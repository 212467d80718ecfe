"""Clause 2.2 in the night: earned tiers, the movement rule replayed over twelve months, life stages."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from functools import reduce
from typing import Any

import ibis
from ibis.expr.types import Table

from stead.customers.amounts import bounded_quotient
from stead.handbook.content.book import Handbook
from stead.handbook.content.night_words import MONTHS_REPLAYED
from stead.handbook.content.record import Recorded
from stead.handbook.content.table_numbers import COMPARISONS, COUNTS_BELOW, Movement, movement
from stead.practice.night import (
    FEATURES,
    ActionKind,
    Ask,
    CustomerTable,
    Given,
    Practice,
    PublishedRows,
    Record,
)
from stead.practice.occasions import date_after, occasion, reaches
from stead.practice.promises import columns, row_a_customer

MONTHS = MONTHS_REPLAYED  # 01 is the book date's own month, 12 the oldest
TIER_MOST = 4
SHARE_MOST = 99_999  # what the column of a share of the peak holds

TIER = Recorded(
    "2.2/tier",
    "tier_rule",
    {"assets_average": "assets_month_01", "contribution_12m": "contribution_m01", "potential": "potential"},
    {"tier": "tier_earned"},
)
MOVEMENT = Recorded(
    "2.2/movement",
    "movement_rule",
    {"comparison": "comparison", "month_ended": "month_ended", "months_below": "months_below"},
    {"move": "move", "tier": "tier"},
)
POTENTIAL = Recorded(
    "2.2/potential",
    "potential_rule",
    {"age": "age", "yearly_income": "yearly_income", "occupation": "occupation"},
    {"potential": "potential"},
    free=("occupation",),
)
STAGE = Recorded(
    "2.2/stage",
    "stage_rule",
    {
        "tenure_months": "tenure_months",
        "own_transaction_days": "quiet_days",
        "assets_now": "assets_now",
        "assets_to_peak": "assets_to_peak",
        "assets_change_90d_ratio": "assets_change_90d_ratio",
    },
    {"stage": "stage"},
    volatile=("own_transaction_days", "tenure_months"),
    days=("own_transaction_days",),
)


def month_end(day: date, month: int) -> date:
    """The last day of a month as numbered in features: 1 is the book date's own and ends with it."""
    if month == 1:
        return day
    first = day.replace(day=1)
    for _ in range(month - 1):
        last = first - timedelta(days=1)
        first = last.replace(day=1)
    return last


def is_month_end(day: date) -> bool:
    """Whether the book date's month is whole."""
    return day.day == monthrange(day.year, day.month)[1]


def replay(features: Table, handbook: Handbook, day: date) -> Table:
    """Each customer's earned and held tier month by month (clause 2.2, docs/decisions/0003).

    features: one row a customer with `assets_month_01..12`, `contribution_m01..12`, `opened_on`, `age`,
    `yearly_income` (book currency), `occupation`, and `assets_known_month`, `contribution_known`. A month
    whose figures are null is not known: the tier stays as it was held. Returns a row a customer: `potential`
    with its rule, `earned_01..12` (null before the customer's first month and where it is not known),
    `unknown_01..12`, `held_01..12`, `rule_01..12` of the movement, `below_01`, `known_tier` (what is known of
    month 01 at least earns, where not all is), and for month 01 `tier_rule`, `comparison`, `months_below`,
    `month_ended`, `move`.
    Worth storing: `standings` and `tier_moves` both read it.
    """
    months = range(1, MONTHS + 1)
    names = ["customer_id", "opened_on", "age", "yearly_income", "occupation"]
    names += [f"{name}{month:02d}" for name in ("assets_month_", "contribution_m") for month in months]
    names += ["assets_known_month", "contribution_known"]
    table = handbook.decide(features.select(names), "2.2/potential")
    kept: dict[str, Any] = {
        name: table[name] for name in ("customer_id", "opened_on", "potential", "potential_rule")
    }
    for month in months:
        columns = {
            "assets_average": f"assets_month_{month:02d}",
            "contribution_12m": f"contribution_m{month:02d}",
        }
        decided = handbook.compiled("2.2/tier", columns).expressions(table)
        is_open = table.opened_on <= month_end(day, month)
        # A month without a balance of any account has no assets either, but what was earned in it is known.
        is_known = table[columns["contribution_12m"]].notnull()
        is_customer = is_open & is_known & table[columns["assets_average"]].notnull()
        kept[f"earned_{month:02d}"] = ibis.ifelse(is_customer, decided["tier"], None)
        kept[f"unknown_{month:02d}"] = is_open & ~is_known
        if month == 1:
            kept["tier_rule"] = ibis.ifelse(is_known, decided["tier_rule"], ibis.null("string"))
    columns = {"assets_average": "assets_known_month", "contribution_12m": "contribution_known"}
    least = handbook.compiled("2.2/tier", columns).expressions(table)["tier"]
    kept["known_tier"] = ibis.ifelse(kept["unknown_01"], least, None)
    table = table.select(**kept)
    # A step of its own: a bound is written several times, and the table would be worked out each time.
    tiers = ["known_tier", *(f"earned_{month:02d}" for month in months)]
    table = table.mutate(**{name: table[name].clip(0, TIER_MOST).cast("int8") for name in tiers})
    return _folded(table, handbook, day)


def _folded(table: Table, handbook: Handbook, day: date) -> Table:
    """The movement rule month by month, the oldest first."""
    outcomes = movement(handbook)
    for month in range(MONTHS, 0, -1):
        table = _month(table, outcomes, month, is_ended=month > 1 or is_month_end(day))
    told = {
        f"rule_{month:02d}": ibis.literal(outcomes.rules, type="array<string>")[table[f"case_{month:02d}"]]
        for month in range(1, MONTHS + 1)
    }
    case = table.case_01
    table = table.mutate(
        **told,
        comparison=ibis.literal(COMPARISONS, type="array<string>")[case // (2 * COUNTS_BELOW)],
        month_ended=ibis.literal(is_month_end(day)),
        months_below=case % COUNTS_BELOW,
        move=ibis.literal(outcomes.moves, type="array<string>")[case],
    )
    return table.drop([f"case_{month:02d}" for month in range(1, MONTHS + 1)])


def _month(table: Table, outcomes: Movement, month: int, *, is_ended: bool) -> Table:
    """The table with the state after one more month: held tier, months below, and the case that it was."""
    now, before = f"{month:02d}", f"{month + 1:02d}"
    earned = table[f"earned_{now}"]
    held = ibis.null("int8") if month == MONTHS else table[f"held_{before}"]
    below = ibis.literal(0, "int8") if month == MONTHS else table[f"below_{before}"]
    comparison = ibis.cases(
        (table[f"unknown_{now}"], COMPARISONS.index("unknown")),
        (earned.isnull(), COMPARISONS.index("none")),
        (held.isnull(), COMPARISONS.index("first")),
        (earned > held, COMPARISONS.index("higher")),
        (earned == held, COMPARISONS.index("same")),
        else_=COMPARISONS.index("lower"),
    )
    months_below = ibis.ifelse((earned < held).fill_null(False), below + 1, 0)
    case = (comparison.cast("int16") * (2 * COUNTS_BELOW) + int(is_ended) * COUNTS_BELOW + months_below).cast(
        "int16"
    )
    table = table.mutate(**{f"case_{now}": case})
    case, earned = table[f"case_{now}"], table[f"earned_{now}"]
    held = ibis.null("int8") if month == MONTHS else table[f"held_{before}"]
    below = ibis.literal(0, "int8") if month == MONTHS else table[f"below_{before}"]
    # Down goes to the best of the months after which the table moves down.
    months = range(month, min(month + (outcomes.moved_after or 1), MONTHS + 1))
    window = [table[f"earned_{m:02d}"] for m in months]
    best = ibis.greatest(*window) if len(window) > 1 else window[0]

    def is_move(*moves: str) -> Any:
        return case.isin([i for i, move in enumerate(outcomes.moves) if move in moves])

    # What a move does to the state is its meaning; when it happens is the table's to say.
    held_now = ibis.cases((is_move("start", "up"), earned), (is_move("down"), best), else_=held)
    below_now = ibis.cases(
        (is_move("start", "up", "down", "none"), 0), (is_move("wait"), below), else_=case % COUNTS_BELOW
    )
    return table.mutate(**{f"held_{now}": held_now.cast("int8"), f"below_{now}": below_now.cast("int8")})


def standings(features: Table, replayed: Table, handbook: Handbook, day: date) -> Table:
    """One row a customer: tier, how long it is held, the watch, the life stage, each with its rule.

    Columns: customer_id, tier, tier_earned, tier_since (null: the whole time replayed), watch_months,
    watched_on (the month's end at which the watch began; null when not watched), stage, and what the tables
    read and said (see TIER, MOVEMENT, POTENTIAL, STAGE).
    """
    peak = features.assets_peak_12m
    opened = ibis.literal(day).delta(features.opened_on, unit="day")
    facts = features.select(
        "customer_id", "tenure_months", "assets_now", "assets_change_90d_ratio",
        # Who has never made a transaction has been quiet since the account was opened.
        quiet_days=features.own_transaction_days.cast("int64").coalesce(opened.cast("int64")),
        # A share of nothing is no share.
        assets_to_peak=bounded_quotient(features.assets_now, peak, SHARE_MOST).cast("decimal(9,4)"),
    )  # fmt: skip
    staged = handbook.decide(facts, "2.2/stage", columns={"own_transaction_days": "quiet_days"})
    # Where the table has no row, the stage is not known; the check of the handbook warns of that.
    staged = staged.select(
        "customer_id", "quiet_days", "assets_to_peak",
        stage=staged.stage.fill_null(""), stage_rule=staged.stage_rule.fill_null(""),
    )  # fmt: skip
    # Of whom no month is known whole, the tier is what the known accounts earn: none may be taken away.
    tier = replayed.held_01.coalesce(
        ibis.ifelse(replayed.unknown_01, replayed.known_tier, ibis.null("int8")), ibis.literal(0, "int8")
    )
    held = replayed.select(
        "customer_id", "potential", "potential_rule", "tier_rule", "comparison", "months_below",
        "month_ended", "move",
        tier=tier,
        tier_earned=ibis.ifelse(replayed.unknown_01, tier, replayed.earned_01.fill_null(0)),
        tier_since=_since(replayed, day), watch_months=replayed.below_01,
        watched_on=_watched_on(replayed, handbook, day), movement_rule=replayed.rule_01,
    )  # fmt: skip
    return held.join(staged, "customer_id")


def _changed(replayed: Table, month: int) -> Any:
    """Whether the held tier changed at the end of a month; false for the first month there is."""
    return (replayed[f"held_{month:02d}"] != replayed[f"held_{month + 1:02d}"]).fill_null(False)


def _since(replayed: Table, day: date) -> Any:
    """The end of the last month that changed the tier; null when none did."""
    branches = [
        (_changed(replayed, month), ibis.literal(month_end(day, month))) for month in range(1, MONTHS)
    ]
    return ibis.cases(*branches, else_=ibis.null("date"))


def _watched_on(replayed: Table, handbook: Handbook, day: date) -> Any:
    """The end of the month at which the watch began, for those who are watched now."""
    # An unfinished month does not count, so the months below end with the last whole one.
    last = 1 if is_month_end(day) else 2
    branches = [
        (replayed.below_01 == below, ibis.literal(month_end(day, last + below - began)))
        for below, began in movement(handbook).watch_began.items()
    ]
    return ibis.cases(*branches, else_=ibis.null("date")) if branches else ibis.null("date")


def tier_moves(replayed: Table, day: date) -> Table:
    """The moves of the months replayed: key, customer_id, on_month, from_tier, to_tier, rule_id."""
    parts = []
    for month in range(1, MONTHS):
        moved = replayed.filter(_changed(replayed, month))
        on_month = month_end(day, month)
        parts.append(
            moved.select(
                "customer_id",
                key=moved.customer_id + f"/{on_month:%Y-%m}",
                on_month=ibis.literal(on_month),
                from_tier=moved[f"held_{month + 1:02d}"],
                to_tier=moved[f"held_{month:02d}"],
                rule_id=moved[f"rule_{month:02d}"],
            )
        )
    return reduce(lambda left, right: left.union(right), parts)


def _standings(given: Given) -> Table:
    return standings(given.tables[FEATURES], given.tables["replayed"], given.handbook, given.day)


def _replayed(given: Given) -> Table:
    return replay(given.tables[FEATURES], given.handbook, given.day)


def _tier_moves(given: Given) -> Table:
    """segmentation.TierMove, with the banker in charge now."""
    bankers = given.tables[FEATURES].select("customer_id", "banker_id")
    return tier_moves(given.tables["replayed"], given.day).join(bankers, "customer_id")


def _asked(people: Table, given: Given) -> Iterable[Table]:
    """A word with everybody whose tier is watched, before it falls."""
    # Editions from before name these numbers in params.csv as well; where a row holds, it decides.
    smallest = given.params.get("watch_months_least")
    older = given.params.get("watch_ends_days")
    watch_days = movement(given.handbook).watch_days if older is None else int(older)
    watched = people.filter(reaches(people.watch_months, smallest) & people.watched_on.notnull())
    numbers = {
        "watch_months": watched.watch_months,
        "watched_on": watched.watched_on,
        "down_on": date_after(watched.watched_on, watch_days),
        "assets_average": watched.assets_month_01,
        "assets_now": watched.assets_now,
    }
    # What 2.3 says of the message, clause 2.2 asks for.
    yield occasion(
        watched, "tier_watch", watched.watched_on, amount=watched.watch_months,
        value=watched.assets_peak_12m, numbers=numbers, clause="2.2",
    )  # fmt: skip


PRACTICE = Practice(
    name="segmentation",
    clauses=("2.2",),
    tables=(
        CustomerTable(
            name="replayed",
            reads=(FEATURES,),
            work=_replayed,
            rules=("2.2/tier.dmn", "2.2/potential.dmn", "2.2/movement.dmn"),
        ),
        CustomerTable(
            name="standings",
            reads=(FEATURES, "replayed"),
            work=_standings,
            rules=("2.2/stage.dmn", "2.2/movement.dmn"),
            decisions=(TIER, MOVEMENT, POTENTIAL, STAGE),
            promise=row_a_customer(
                "standings",
                columns("stage stage_rule movement_rule", "VARCHAR"),
                columns("tier tier_earned", "TINYINT"),
            ),
        ),
    ),
    asks=(
        Ask(
            kinds=(ActionKind("tier_watch"),),
            columns={
                FEATURES: ("assets_now", "assets_month_01", "assets_peak_12m"),
                "standings": ("watch_months", "watched_on"),
            },
            rows=_asked,
            # The times of a watch are told in the numbers of an action.
            rules=("2.2/movement.dmn", "params.csv"),
        ),
    ),
    records=(
        Record(
            name="assignments",
            table="segmentation_assignment",
            columns={"customer_id": "VARCHAR", "banker_id": "VARCHAR", "branch_id": "VARCHAR"},
            order=("customer_id",),
        ),
    ),
    published=(PublishedRows("tiermove", (FEATURES, "replayed"), _tier_moves),),
)
