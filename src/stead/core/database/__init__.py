"""Django's PostgreSQL, which asks a connection less often whether it still is one."""
