"""All traps, in the order of the table."""
import traps_answers
import traps_connections
import traps_numbers
import traps_schedule
import traps_time
import traps_tls

TRAPS = [*traps_time.TRAPS, *traps_answers.TRAPS, *traps_connections.TRAPS, *traps_tls.TRAPS, *traps_numbers.TRAPS,
         *traps_schedule.TRAPS]


def named(name):
    for trap in TRAPS:
        if trap.name == name:
            return trap
    raise KeyError(f"no trap is called {name!r}; there are: {', '.join(trap.name for trap in TRAPS)}")
