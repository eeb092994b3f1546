"""A program that hands out notices and sends letters, on a database and to a mail server that are named to it.

    python -m tests.support.posting <database url> <port> <instant> ...

One line of JSON: how many letters it sent at each instant. A test kills it in the middle.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime

from workflow.bootstrap import House
from workflow.clock import PracticeClock
from workflow.settings import Settings


def main() -> None:
    url, port, *instants = sys.argv[1:]
    settings = Settings(
        database=url,
        files="memory:",
        province="tinh",
        smtp_host="127.0.0.1",
        smtp_port=int(port),
        smtp_security="none",
        smtp_from="hoso@tinh.example",
    )
    clock = PracticeClock(datetime.fromisoformat(instants[0]))
    house = House(settings, clock=clock)
    sent = []
    for instant in instants:
        clock.advance_to(datetime.fromisoformat(instant))
        house.post.hand_out()
        sent.append(house.post.send().sent)
    print(json.dumps(sent), flush=True)
    house.close()


if __name__ == "__main__":
    main()
