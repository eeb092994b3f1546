"""What the page of a year's dates is made of: plain values that its templates draw.

``kinds`` says which kinds have a year of their own; ``dates`` puts the dates into words with what is odd about them;
``wishes`` reads the forms by which more time is asked for and given, ``moving`` the one that changes a date; ``whom``
finds units and communes by name; ``calendar`` lists the days for a calendar file.
"""
