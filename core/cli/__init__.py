def main() -> None:
    """Entry point of the ``vinhdanh`` console script."""
