"""Says before the tests which checks this machine leaves out. Run by `make test`."""

import shutil

NEEDED = {
    "chromium": "browser checks (accessibility, pages without JavaScript, nothing asked of other hosts)",
    "soffice": "exported files opened in LibreOffice (libreoffice-calc-nogui)",
    "spamassassin": "the mail check (how a spam filter scores our messages)",
}


def main() -> None:
    for program, (checks, package) in NEEDED.items():
        if shutil.which(program) is None:
            print(f"LEFT OUT: {checks}: {package} is not installed.")


if __name__ == "__main__":
    main()
