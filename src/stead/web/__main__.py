"""`python -m stead.web` is the command `stead`."""

from stead.web.cli import main

if __name__ == "__main__":
    main()
