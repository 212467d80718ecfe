"""What is wrong with a model, found by itself."""
