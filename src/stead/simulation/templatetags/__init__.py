"""Template tags of simulations."""
