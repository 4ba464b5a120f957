"""Simple ways of expecting counts, one file each: what a network has to beat to be worth its time."""
