"""Makes rows of every published table for tests and for looking at pages; all people are invented."""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from stead.access.models import Role, User
from stead.customers.book_search import search_keys
from stead.customers.models import (
    AssetHistory,
    Banker,
    Branch,
    Customer,
    Holding,
    NotableTransaction,
    Relationship,
)
from stead.customers.phones import Country
from stead.engagement.models import Action, PastContact
from stead.handbook.models import Version
from stead.night.models import Publication, Run
from stead.segmentation.models import Standing, Tier, TierMove
from stead.simulation.models import Simulation

WORK_DATE = date(2026, 11, 23)
BOOK_DATE = date(2026, 11, 22)
RUN_ID = "2026-11-22-0123456789ab"
PASSWORD = "a-password-for-tests"
TEXTS = """
[reason.owed_contact]
zh = "上次联系 {contact_last_on:date}"
en = "Last contact on {contact_last_on:date}"
[talk.owed_contact]
zh = ["先问近况"]
en = ["Ask how things are"]
"""
PROCESS = """<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:d">
<process id="call" name="A call / 通话"><startEvent id="s"/><userTask id="t" name="Call / 致电"/><endEvent id="e"/>
<sequenceFlow id="a" sourceRef="s" targetRef="t"/><sequenceFlow id="b" sourceRef="t" targetRef="e"/></process>
</definitions>"""
NOW = datetime(2026, 11, 22, 18, 14, tzinfo=UTC)


def user(role: Role = Role.BANKER, username: str = "", **values: Any) -> User:
    """A user of a role; a banker is B1 of branch N1, a branch head heads N1, unless told otherwise."""
    numbers: dict[str, Any] = {"branch_id": "N1"} if role in {Role.BANKER, Role.BRANCH_HEAD} else {}
    if role == Role.BANKER:
        numbers["banker_id"] = "B1"
    fields = {"full_name": username or role.value, "language": "en"} | numbers | values
    made = User(username=username or role.value, role=role, **fields)
    made.set_password(PASSWORD)
    made.save()
    return made


def night(**values: Any) -> Run:
    """A published night with its branch N1 and its banker B1."""
    fields = {
        "run_id": RUN_ID,
        "book_date": BOOK_DATE,
        "work_date": WORK_DATE,
        "status": Run.Status.PUBLISHED,
        "started_at": NOW,
        "finished_at": NOW,
        "handbook_version": "5d1c0f9e77aa",
        "book_currency": "CNY",
        "lake": "lake",
        "manifest": {"content": {"inputs": {"bank": {"country": "CN"}}}},
    } | values
    run = Run.objects.create(**fields)
    Publication.objects.create(run=run, published_at=NOW)
    Version.objects.get_or_create(
        version=run.handbook_version,
        defaults={"first_used_on": WORK_DATE, "files": {"2.3/texts.toml": TEXTS, "2.3/call.bpmn": PROCESS}},
    )
    Branch.objects.get_or_create(
        branch_id="N1", defaults={"name": "静安支行", "city": "上海", "run_id": run.run_id}
    )
    banker()
    return run


def banker(banker_id: str = "B1", **values: Any) -> Banker:
    """A banker of branch N1 with four hours a day."""
    fields = {"name": "林晓雯", "branch_id": "N1", "capacity_minutes": 240, "run_id": RUN_ID} | values
    return Banker.objects.update_or_create(banker_id=banker_id, defaults=fields)[0]


CUSTOMER = {
    "kind": "person", "gender": "f", "birth_date": date(1974, 11, 23),
    "lunar_birthday": False, "birthday_next": date(2027, 11, 23), "identity_masked": "310***********2206",
    "identity_ending": "112206", "phone": "13812342206", "email": "", "wecom_id": "wx1", "address": "", "city": "上海",
    "occupation": "企业主", "employer": "", "family_status": "married", "education": "bachelor",
    "yearly_income": Decimal("1800000.00"), "income_currency": "CNY", "risk_grade": "C4",
    "risk_graded_on": date(2026, 3, 2), "language": "zh-hans", "marketing_consent": "granted", "branch_id": "N1",
    "banker_id": "B1", "opened_on": date(2017, 5, 4), "last_login_on": date(2026, 11, 20), "ended": "", "ended_on": None, "run_id": RUN_ID,
}  # fmt: skip
STANDING = {
    "banker_id": "B1", "branch_id": "N1", "tier": Tier.GOLD, "tier_earned": Tier.GOLD, "tier_since": date(2024, 1, 31),
    "watch_months": 0, "watched_on": None, "stage": "mature", "warning": 0, "warning_due_on": None, "unknown_accounts": "", "assets_now": Decimal("300000.00"),
    "assets_average_month": Decimal("298000.00"), "assets_peak_12m": Decimal("350000.00"),
    "assets_change_30d": Decimal("0.00"), "assets_change_90d": Decimal("0.00"), "loans_now": Decimal("0.00"),
    "contribution_12m": Decimal("2100.00"), "products_held": 3, "maturity_next_on": None, "maturity_next_amount": None,
    "own_transaction_on": date(2026, 11, 18), "contact_last_on": date(2026, 8, 19), "contact_shown_on": date(2026, 8, 19),
    "contact_due_on": date(2026, 12, 20), "contact_interval_days": 180, "ended": "", "ended_on": None, "decisions": "{}", "run_id": RUN_ID,
}  # fmt: skip


def customer(customer_id: str = "C1", name: str = "周慧敏", **values: Any) -> Customer:
    """A customer with a standing and 24 months of assets. Fields of `Standing` go to the standing."""
    phone = values.get("phone", CUSTOMER["phone"])
    # Found as the night would have it found, but for what a test says.
    keys = asdict(search_keys(customer_id, name, phone, "", Country("CN")))
    values = keys | {"identity_ending": CUSTOMER["identity_ending"]} | values
    own = {key: value for key, value in values.items() if key not in STANDING}
    shared = {
        key: value for key, value in values.items() if key in {"banker_id", "branch_id", "ended", "ended_on"}
    }
    made = Customer.objects.create(customer_id=customer_id, name=name, **(CUSTOMER | own | shared))
    standing: dict[str, Any] = STANDING | {key: value for key, value in values.items() if key in STANDING}
    Standing.objects.create(customer_id=customer_id, **standing)
    assets(customer_id, standing["assets_now"] or Decimal(0))
    return made


def assets(customer_id: str, now: Decimal = Decimal(300000)) -> AssetHistory:
    """A chart that rises slowly to `now`, by kind, over 24 months."""
    demand = [int(now * Decimal("0.2") * (76 + i) / 100) for i in range(24)]
    wealth = [int(now * Decimal("0.5") * (70 + i) / 100) for i in range(24)]
    fund = [int(now * Decimal("0.3") * (74 + i) / 100) for i in range(24)]
    text = json.dumps({"last": "2026-11", "demand": demand, "wealth": wealth, "fund": fund})
    return AssetHistory.objects.update_or_create(
        customer_id=customer_id, defaults={"months": text, "run_id": RUN_ID}
    )[0]


ACTION = {
    "banker_id": "B1", "branch_id": "N1", "kind": "owed_contact", "message_class": "relationship", "channel": "call",
    "status": "today", "held_reason": "", "earliest_on": WORK_DATE, "latest_on": WORK_DATE, "due_by": "",
    "first_owed_on": WORK_DATE, "minutes": 15, "priority": 100, "value": Decimal("300000.00"), "rank": 1,
    "clause": "2.3", "table": "2.3/contact_owed.dmn", "decision": "contact_owed", "rule_id": "gold",
    "numbers": "{}", "handbook_version": "5d1c0f9e77aa", "run_id": RUN_ID,
}  # fmt: skip


def action(
    customer_id: str = "C1", kind: str = "owed_contact", anchor: str = "2026-11", **values: Any
) -> Action:
    """An action for the customer, first in today's list unless told otherwise. `numbers` may be a dict."""
    if isinstance(values.get("numbers"), dict):
        values["numbers"] = json.dumps(values["numbers"], ensure_ascii=False)
    key = f"{customer_id}/{kind}/{anchor}"
    return Action.objects.create(key=key, customer_id=customer_id, **(ACTION | {"kind": kind} | values))


def holding(customer_id: str = "C1", account_id: str = "A1", **values: Any) -> Holding:
    """A deposit of the customer's own."""
    fields = {
        "product_name": "三年期定期存款", "product_kind": "time", "product_risk": "R1", "role": "owner",
        "share": Decimal(1), "currency": "CNY", "balance": Decimal("100000.00"), "balance_book": Decimal("100000.00"),
        "opened_on": date(2023, 11, 26), "closed_on": None, "matures_on": date(2026, 11, 26), "run_id": RUN_ID,
    } | values  # fmt: skip
    return Holding.objects.create(
        key=f"{account_id}/{customer_id}", customer_id=customer_id, account_id=account_id, **fields
    )


def relationship(customer_id: str, other_id: str, kind: str = "spouse") -> Relationship:
    """One direction of a relationship."""
    return Relationship.objects.create(
        key=f"{customer_id}/{kind}/{other_id}",
        customer_id=customer_id,
        other_id=other_id,
        kind=kind,
        run_id=RUN_ID,
    )


def past_contact(customer_id: str = "C1", days_ago: int = 42, **values: Any) -> PastContact:
    """A contact from the bank's own history."""
    fields = {
        "banker_id": "B1", "channel": "visit", "message_class": "relationship", "direction": "out",
        "outcome": "reached", "note": "面谈 40 分钟:换厂房,儿子明年留学", "run_id": RUN_ID,
    } | values  # fmt: skip
    key = f"P{customer_id}-{days_ago}"
    day = WORK_DATE - timedelta(days=days_ago)
    return PastContact.objects.create(contact_id=key, customer_id=customer_id, on_date=day, **fields)


def notable(customer_id: str = "C1", days_ago: int = 2, **values: Any) -> NotableTransaction:
    """A large transfer out."""
    fields = {
        "account_id": "A1", "amount": Decimal("-5000000.00"), "currency": "CNY", "kind": "transfer_out",
        "channel": "mobile", "counterparty": "他行本人账户", "run_id": RUN_ID,
    } | values  # fmt: skip
    day = WORK_DATE - timedelta(days=days_ago)
    return NotableTransaction.objects.create(
        transaction_id=f"T{customer_id}-{days_ago}", customer_id=customer_id, on_date=day, **fields
    )


def tier_move(
    customer_id: str = "C1", from_tier: int = Tier.GOLD, to_tier: int = Tier.SUNFLOWER, **values: Any
) -> TierMove:
    """A move at the end of last month."""
    fields = {"banker_id": "B1", "on_month": date(2026, 10, 31), "rule_id": "up", "run_id": RUN_ID} | values
    return TierMove.objects.create(
        key=f"{customer_id}/{fields['on_month']:%Y-%m}",
        customer_id=customer_id,
        from_tier=from_tier,
        to_tier=to_tier,
        **fields,
    )


def simulation(**values: Any) -> Simulation:
    """A simulation of the handbook that the night applied, which waits for the worker."""
    fields = {
        "name": "2027.1", "version": Version.objects.order_by("pk")[0], "first_day": BOOK_DATE,
        "last_day": BOOK_DATE, "lake": "lake", "asked_by": "policy", "days": [BOOK_DATE.isoformat()],
    } | values  # fmt: skip
    return Simulation.objects.create(**fields)
