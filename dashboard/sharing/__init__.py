"""What leaves a run: reports and exports."""
