"""Watches over `outreach up` from outside: when it dies without a word (kill -9), its stack must not stay behind.

Holds the reading end of a pipe that only `up` can write to. The pipe closes when `up` ends, however it ends.
"""

import sys

from outreach.up import sweep


def main() -> None:
    """`python -m outreach.up.guard MARK`, the pipe as standard input. A last byte says that `up` has cleaned up."""
    if not sys.stdin.buffer.read(1):
        sweep.end(sys.argv[1], patience=2.0)


if __name__ == "__main__":
    main()
