"""The contract of what a bank delivers: mapping, checks, delivery."""
