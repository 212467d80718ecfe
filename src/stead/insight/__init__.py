"""Lists and dashboards for branch heads, officers and auditors."""
