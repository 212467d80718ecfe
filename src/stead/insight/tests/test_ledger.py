"""The ledger's page: every verb that the code records has a name."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from tests import factories

from stead.access.models import Role
from stead.audit.actions import record
from stead.handbook.models import Step
from stead.insight.ledger_words import VERBS, particulars

SOURCE = Path(__file__).parents[2]
VERB = re.compile(
    r"""["']((?:customer|contact|action|list|view|user|night|rejects|delivery|handbook|simulation)\.[a-z_]+)["']"""
)
# Put together from the status of a run, the step of a draft, and what becomes of a simulation.
ENDINGS = {
    "night.refused",
    "night.failed",
    *(f"handbook.{kind}" for kind in Step.Kind.values),
    *(f"simulation.{end}" for end in ("asked", "cancelled", "stopped", "finished", "failed")),
}


def recorded() -> set[str]:
    """Every verb that stands in a module which writes the ledger."""
    found = set(ENDINGS)
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "tests" in path.relative_to(SOURCE).parts or path.name == "ledger_words.py":
            continue
        if "record(" in text or "audit_entry" in text:
            found |= set(VERB.findall(text))
    return found


def test_every_verb_that_the_code_records_has_a_name() -> None:
    assert recorded() == set(VERBS)


def test_a_correction_names_what_stood_there() -> None:
    detail = {"action": "", "before": {"channel": "call"}, "after": {"channel": "visit"}}
    with translation.override("en"):
        assert [text.lower() for _name, text in particulars(detail)] == ["channel call", "channel visit"]


@pytest.mark.database
@pytest.mark.django_db
def test_the_ledger_is_told_in_words(client: Client) -> None:
    factories.night()
    auditor = factories.user(Role.AUDITOR, "auditor", language="zh-hans")
    record(
        by=auditor, verb="customer.opened", object_kind="customer", object_id="C1", detail={"tab": "overview"}
    )
    client.force_login(auditor)
    page = client.get("/audit/").content.decode()
    assert "打开客户" in page
    assert "概览" in page
    assert "tab" not in re.findall(r"<em>(.*?)</em>", page)
