"""What a name on the command line means: a draft by name or number, never one of two."""

import pytest

from stead.handbook import actions
from stead.handbook.tests.making import begun, officer
from stead.simulation.commands import content

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_a_draft_is_meant_by_its_name_and_by_its_number() -> None:
    draft = begun(officer("author"))
    assert content(draft.name)[2] == draft
    assert content(str(draft.pk))[2] == draft


def test_a_name_that_is_the_number_of_another_draft_is_refused_with_both() -> None:
    author = officer("author")
    first = begun(author)
    second = actions.start_draft(by=author, name=str(first.pk))
    said = f"name of draft {second.pk} and the number of draft '{first.name}'"
    with pytest.raises(LookupError, match=said):
        content(second.name)
    assert content(first.name)[2] == first
    assert content(str(second.pk))[2] == second
