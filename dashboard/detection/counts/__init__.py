"""What is expected of counts, as a whole distribution: from a user's other steps and from all users."""
