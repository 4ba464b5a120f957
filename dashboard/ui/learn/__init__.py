"""The parts of the Learn page, in the order in which they are read."""
