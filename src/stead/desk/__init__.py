"""The banker's pages: the day, the customer, finding one."""
