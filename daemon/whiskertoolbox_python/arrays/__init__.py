"""Arrays: made from arguments, growing, and of entries of unequal length."""
