"""`python -m api`, and the command `yiwang`."""

import gc


def main() -> None:
    """Run the command line."""
    gc.disable()  # what is imported stays: to look for garbage among it took a third of the start
    from api.cli import main as command

    gc.freeze()  # nor is it looked at again while requests are answered
    gc.enable()
    command()


if __name__ == "__main__":
    main()
