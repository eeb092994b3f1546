"""What several kinds of tests share: a throw-away PostgreSQL, and reading the project's own tree."""
