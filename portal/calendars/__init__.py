"""Working calendars of units: what officers change of the one that comes with the portal, by two persons, for ever."""
