"""Replays past nights by another handbook, beside the one in force, and says what would be different."""
