"""The engine of Django's settings, in which connections are asked only when there is something to hear."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Before the first statement of each request Django asks `SELECT 1`: a way to the server and back."""

    def is_usable(self) -> bool:
        """Whether the connection works.

        A server that ended, or that ended this session, has closed its end of the connection or says so.
        Where nothing is to be heard, only a machine that vanished could be at the other end, and from there
        no answer would come either.
        """
        if self.connection is None or self.connection.closed:
            return False
        if self.errors_occurred:
            return bool(super().is_usable())
        ear = select.poll()
        ear.register(self.connection.fileno(), select.POLLIN)
        return True if not ear.poll(0) else bool(super().is_usable())
