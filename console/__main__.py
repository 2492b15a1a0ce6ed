"""`kizuna` and `python -m console`: runs a command and shows errors as sentences."""

import sys

from ingest.errors import KizunaError


def main() -> None:
    """Run the command line; a KizunaError ends it with its sentence and exit code 2."""
    from console.cli import app

    try:
        app()
    except KizunaError as error:
        sys.stderr.write(f"kizuna: {error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
