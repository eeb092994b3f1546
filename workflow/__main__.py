"""`python -m workflow`: the command line of hoso, the same as the console script `hoso`."""

from workflow.cli import main

if __name__ == "__main__":
    main()
