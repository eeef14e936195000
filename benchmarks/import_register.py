"""Import a register of many students, then the same file again: seconds, peak memory, and what one row costs.

    python benchmarks/import_register.py [--people 200000] [--xlsx] [--alumni [--nowhere]]

Makes its own input and a database of its own in a temporary folder; `OUTREACH_DATABASE_URL` chooses another, empty one.
`--alumni`: a list of alumni, each with a city and country; `--nowhere`: in towns that nobody knows, so that the
difference is what coordinates cost.
"""

import argparse
import csv
import os
import random
import resource
import tempfile
import time
import uuid
from pathlib import Path

LIMIT_SECONDS, LIMIT_MB = 30, 600
HEADER = [
    "student_uid", "first_name", "last_name", "email", "programme_code", "programme_sv", "programme_en",
    "department_code", "level", "credits_done", "credits_required", "expected_end", "degree_applied",
    "degree_awarded", "language", "protected", "deceased",
]  # fmt: skip


ALUMNI_HEADER = [
    "student_uid",
    "first_name",
    "last_name",
    "email",
    "department_code",
    "programme_code",
    "city",
    "country",
]


def alumni_rows(people: int, codes: list[str], nowhere: bool) -> list[list[str]]:
    """Alumni in the thousand largest cities of the world."""
    from outreach import places

    cities = places.all_cities().nlargest(1000, "population")
    homes = [
        ("Nowhere" + name if nowhere else name, code)
        for name, code in zip(cities["name"], cities["country"], strict=True)
    ]
    dice = random.Random(20261122)
    return [
        [
            f"uid{number}", dice.choice(["Anna", "Åke", "Li"]), f"Berg{number % 9973}", f"alumn{number}@example.org",
            codes[number % len(codes)], f"P{number % 800}", *dice.choice(homes),
        ]
        for number in range(people)
    ]  # fmt: skip


def rows(people: int, codes: list[str]) -> list[list[str]]:
    """The same rows for the same number: names, programmes and ends repeat as they do in a real register."""
    dice = random.Random(20261122)
    names = [
        f"{start}{end}" for start in ("An", "Åk", "Öz", "Jo", "Li", "Mar") for end in ("na", "sel", "an", "ia", "e")
    ]
    return [
        [
            str(uuid.UUID(int=dice.getrandbits(128))), dice.choice(names), f"{dice.choice(names)}sson{number % 9973}",
            f"student{number}@student.example.org", f"P{number % 800}", f"Programmet nummer {number % 800}",
            f"Programme number {number % 800}", codes[number % len(codes)], dice.choice(["grund", "avancerad"]),
            f"{dice.randrange(600) / 2}".replace(".", ","), "180", f"2027-{dice.randrange(1, 13):02}-15", "nej", "",
            dice.choice(["sv", "en"]), "ja" if number % 5000 == 0 else "nej", "nej",
        ]
        for number in range(people)
    ]  # fmt: skip


def write_csv(path: Path, table: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(table)


def write_xlsx(path: Path, table: list[list[str]]) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Register")
    for row in table:
        sheet.append(row)
    book.save(path)


def timed(path: Path) -> None:
    """Import `path` in this process and print what it took."""
    from outreach.register import import_file

    start = time.perf_counter()
    summary = import_file("alumni" if path.stem == "alumni" else "students", path)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(summary.sentence("en"))
    print(
        f"{seconds:.1f} s ({seconds / summary.read * 1e6:.0f} µs a row), peak {peak:.0f} MB "
        f"({peak * 1024 / summary.read:.2f} kB a row), "
        f"processor {time.process_time() / summary.read * 1e6:.0f} µs a row"
    )
    if seconds > LIMIT_SECONDS or peak > LIMIT_MB:
        raise SystemExit(f"over the limit of {LIMIT_SECONDS} s and {LIMIT_MB} MB")


def in_process_of_its_own(path: Path) -> None:
    """Memory peaks are a process's own, so every import gets a new one."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            timed(path)
            status = 0
        finally:
            os._exit(status)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        raise SystemExit("the import failed or was over the limit")


def make_input(folder: Path, options: argparse.Namespace) -> Path:
    from outreach.departments import departments

    codes = list(departments())
    if options.alumni:
        table = [ALUMNI_HEADER, *alumni_rows(options.people, codes, options.nowhere)]
    else:
        table = [HEADER, *rows(options.people, codes)]
    path = folder / f"{'alumni' if options.alumni else 'students'}.{'xlsx' if options.xlsx else 'csv'}"
    (write_xlsx if options.xlsx else write_csv)(path, table)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--xlsx", action="store_true")
    parser.add_argument("--alumni", action="store_true")
    parser.add_argument("--nowhere", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["OUTREACH_DATA_DIR"] = str(folder / "var")
        child = os.fork()  # what made the input must not count as the import's memory
        if child == 0:
            from outreach import database

            database.upgrade()
            make_input(folder, options)
            os._exit(0)
        os.waitpid(child, 0)
        path = next(folder.glob("*.*"))
        for label in ("First import", "The same file again"):
            print(f"{label}:", flush=True)
            in_process_of_its_own(path)


if __name__ == "__main__":
    main()
