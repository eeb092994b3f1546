"""The way through an act on many dossiers: which moves are acts, what is carried from page to page, what is shown."""
