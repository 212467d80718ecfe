"""Logs users in by their password; finds the user of a session by a prepared statement."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from stead.access.models import User
from stead.core.prepared import NUMBER, ask


class PasswordBackend(ModelBackend):
    """Django's own, which reads the user of each request."""

    def get_user(self, user_id: Any) -> User | None:
        """The user as the database has it now; None when deleted or disabled."""
        found = ask(
            User, "user", lambda: User.objects.filter(pk=NUMBER), {NUMBER: User._meta.pk.to_python(user_id)}
        )
        return found[0] if found and self.user_can_authenticate(found[0]) else None
