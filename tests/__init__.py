"""The tests of hoso; README.md in this folder says which folder proves what."""
