"""Plain text tables: words to the left, numbers to the right."""


def table(headers, rows, left=(0,), indent=2):
    """Cells are texts; None is shown as a dash. `left`: columns of words."""
    lines = [[str(cell) if cell is not None else "-" for cell in line] for line in [headers, *rows]]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headers))]
    return "\n".join(" " * indent + "  ".join(
        cell.ljust(width) if column in left else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(line, widths))).rstrip() for line in lines)


def number(value, digits=2):
    return None if value is None else f"{value:,.{digits}f}"


def middle(spread, digits=2):
    return None if spread is None else number(spread["median"], digits)


def span(spread, digits=2):
    """median (min .. max)"""
    if spread is None:
        return None
    return f"{number(spread['median'], digits)} ({number(spread['min'], digits)} .. {number(spread['max'], digits)})"


def transport(tls):
    return "TLS" if tls else "plain"
