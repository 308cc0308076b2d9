"""Rounds: every client once in each, in rotating order, so that what drifts meets all of them. Pure reckoning here."""
import statistics


def rotated(clients, number):
    shift = number % len(clients) if clients else 0
    return clients[shift:] + clients[:shift]


def run_rounds(clients, rounds, measure):
    """By client name, one measurement for each round; None where a client sat a round out."""
    rows = {client.name: [None] * rounds for client in clients}
    for number in range(rounds):
        taking_part = [client for client in clients if number < client.most_rounds]
        for client in rotated(taking_part, number):
            rows[client.name][number] = measure(client)
    return rows


def values(row, field):
    return [each[field] for each in row if each]


def pairs(row, other, field):
    """Of the rounds that have both."""
    return [(mine[field], theirs[field]) for mine, theirs in zip(row, other) if mine and theirs]


def ratios(row, other, field):
    return [mine / theirs for mine, theirs in pairs(row, other, field)]


def differences(row, other, field):
    return [mine - theirs for mine, theirs in pairs(row, other, field)]


def spread(numbers):
    """None where there is no number."""
    if not numbers:
        return None
    return {"median": statistics.median(numbers), "min": min(numbers), "max": max(numbers)}
