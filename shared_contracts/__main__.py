"""The command ``contracts`` (``python -m shared_contracts``): imports what it needs when it runs.

Python imports the module in which a process began anew in each process that it spawns (a worker, a
reader of an audit); none of these needs a command.
"""


def main() -> None:
    """Run the command."""
    from shared_contracts.cli import main as run  # noqa: PLC0415  # see above

    run()


if __name__ == "__main__":
    main()
