"""Template tags for tiers, stages and warnings."""
