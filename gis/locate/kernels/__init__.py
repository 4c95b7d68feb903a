"""The compiled part of the index: numba, one step to a file. Plain arrays in, plain arrays out."""
