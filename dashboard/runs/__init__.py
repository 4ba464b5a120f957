"""What is kept and what is running: datasets, runs, their artefacts, the queue and the worker."""
