"""The long proofs, one file each; ``python -m benchmarks.proofs`` runs them. Small versions stand in the suite."""
