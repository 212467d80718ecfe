"""Django's sessions in the database, read by a prepared statement, since every page reads one."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from stead.core.prepared import MOMENT, ask, place

KEY = place("session")


def _living() -> QuerySet[Session]:
    """The query of a session by its key that has not ended by a moment."""
    return Session.objects.filter(session_key=KEY, expire_date__gt=MOMENT)


class SessionStore(DatabaseSessionStore):
    """A session of the database; a session that was ended is gone with the next request."""

    @classmethod
    def get_model_class(cls) -> Any:
        """Django's own table."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        found = ask(Session, "session", _living, {KEY: self.session_key, MOMENT: timezone.now()})
        if not found:
            # As Django does: the key of a session that is gone is not used again.
            self._session_key = None
            return None
        return found[0]
