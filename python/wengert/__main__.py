"""``python -m wengert``: the demonstration of `wengert.demo`."""

from wengert.demo import main

if __name__ == "__main__":
    main()
