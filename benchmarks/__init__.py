"""Measuring: the engine beside its floor, growth, the long proofs. Figures are ratios within one run, never limits."""
