"""The demo's dates: everything happened so many days before the day it is seeded."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True)
class Calendar:
    """Dated clocks for the demo's history. now: aware, when the seed runs."""

    now: datetime

    def at(self, days_ago: float, *, minutes: int = 0) -> datetime:
        """Return the moment so many days ago; minutes move it on, so that acts have an order."""
        moment = self.now - timedelta(days=days_ago) + timedelta(minutes=minutes)
        return moment.replace(microsecond=0)

    def on(self, days_ago: float) -> date:
        """Return the day so many days ago."""
        return self.at(days_ago).date()


FOUNDED = 430  # the portal is set up
CATALOGUE = 415  # offerings are drafted and approved
TERMS = (("Fall term", 330), ("Winter term", 240), ("Spring term", 150), ("Summer term", 80))
