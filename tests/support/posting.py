"""A program that hands out notices and sends letters once, on a database and to a mail server that are named to it.

    python -m tests.support.posting <database url> <port> <minutes after the practice clock>

One line of JSON: what it sent. A test kills it in the middle.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import timedelta

from workflow.bootstrap import House
from workflow.clock import PracticeClock
from workflow.settings import Settings
from workflow.storage.database import Database


def main() -> None:
    url, port, minutes = sys.argv[1:]
    settings = Settings(
        database=url,
        files="memory:",
        province="tinh",
        smtp_host="127.0.0.1",
        smtp_port=int(port),
        smtp_security="none",
        smtp_from="hoso@tinh.example",
    )
    database = Database.open(url)
    now = database.practice_now()
    assert now is not None
    house = House(settings, database=database, clock=PracticeClock(now + timedelta(minutes=int(minutes))))
    handed_out = house.post.hand_out()
    print(json.dumps({"handed_out": handed_out, **asdict(house.post.send())}), flush=True)
    house.close()


if __name__ == "__main__":
    main()
