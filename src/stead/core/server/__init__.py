"""The embedded PostgreSQL: started by whoever needs it first, ended when nobody needs it any more."""
