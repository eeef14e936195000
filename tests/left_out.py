"""Says before the tests which checks this machine leaves out. Run by `make test`."""

import shutil

# program -> what needs it, and where it comes from
NEEDED = {
    "chromium": ("browser checks (accessibility, pages without JavaScript, nothing asked of other hosts)", "chromium"),
    "html-validate": ("the letters judged as HTML", "html-validate (npm)"),
    "soffice": ("exported files opened in LibreOffice", "libreoffice-calc-nogui"),
    "spamassassin": ("the mail check (how a spam filter scores our messages)", "spamassassin"),
}


def main() -> None:
    for program, (checks, package) in NEEDED.items():
        if shutil.which(program) is None:
            print(f"LEFT OUT: {checks}: {package} is not installed.")


if __name__ == "__main__":
    main()
