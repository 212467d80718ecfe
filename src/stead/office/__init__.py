"""The policy office's pages: reading, drafts, approval."""
