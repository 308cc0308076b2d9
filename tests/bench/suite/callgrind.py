"""Reads what valgrind's callgrind writes: instructions of each function itself, and how often it was called.

The format: https://valgrind.org/docs/manual/cl-format.html. Names are given once and then by number; a line after
`calls=` holds what the called function cost, which is its own and not the caller's.
"""
import re

NAME = re.compile(r"\((\d+)\)(?: (.*))?")
# What asks the heap for memory. operator new comes to malloc in the end, so it is not counted by itself.
ALLOCATING = ("malloc", "calloc", "realloc", "aligned_alloc", "posix_memalign", "memalign")


class Profile:
    def __init__(self):
        self.own = {}    # function: instructions, without those of what it calls
        self.calls = {}  # function: how often it was called

    @property
    def instructions(self):
        return sum(self.own.values())

    @property
    def allocations(self):
        return sum(self.calls.get(name, 0) for name in ALLOCATING)


def _name(text, names):
    found = NAME.fullmatch(text)
    if not found:
        return text
    number, name = found.groups()
    if name is not None:
        names[number] = name
    return names[number]


def parse_profile(text):
    profile, names = Profile(), {}
    function, called = None, None
    counts_next = False  # the next line of numbers is the cost of a call
    for line in text.splitlines():
        if line.startswith("fn="):
            function = _name(line[3:], names)
        elif line.startswith("cfn="):
            called = _name(line[4:], names)
        elif line.startswith("calls="):
            profile.calls[called] = profile.calls.get(called, 0) + int(line[6:].split()[0])
            counts_next = True
        elif function is not None and line and (line[0].isdigit() or line[0] in "+-*"):
            if not counts_next:
                profile.own[function] = profile.own.get(function, 0) + int(line.split()[-1])
            counts_next = False
    return profile


def without_recursion(name):
    """callgrind tells the levels of a recursion apart as `f'2`; here they are one function."""
    return re.sub(r"'\d+$", "", name)


def difference(long, short, requests):
    """For each request: (instructions, allocations, [(function, instructions), ...] the most expensive first)."""
    each = {}
    for profile, sign in ((long, 1), (short, -1)):
        for name, cost in profile.own.items():
            name = without_recursion(name)
            each[name] = each.get(name, 0) + sign * cost
    functions = sorted(((name, cost / requests) for name, cost in each.items() if cost), key=lambda item: -item[1])
    return ((long.instructions - short.instructions) / requests,
            (long.allocations - short.allocations) / requests, functions)
