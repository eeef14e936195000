"""Says before the tests which checks this machine leaves out. Run by `make test`."""

import shutil

NEEDED = {
    "chromium": "browser checks (accessibility, pages without JavaScript, nothing asked of other hosts)",
    "spamassassin": "the mail check (how a spam filter scores our messages)",
}


def main() -> None:
    for program, checks in NEEDED.items():
        if shutil.which(program) is None:
            print(f"LEFT OUT: {checks}: Debian's {program} is not installed.")


if __name__ == "__main__":
    main()
