"""How far a command is: one line that renews itself on a terminal, now and then a line elsewhere."""

LINE_EVERY = 100


class Progress:
    """Called with "so many of so many"; writes to a command's `stdout`."""

    def __init__(self, stdout, what: str):
        self.stdout, self.what = stdout, what

    def __call__(self, done: int, of: int) -> None:
        said = f"{done} of {of} {self.what}"
        if self.stdout.isatty():
            ending = "\n" if done == of else ""
            self.stdout.write(f"\r\033[K{said}", ending=ending)
        elif done % LINE_EVERY == 0 or done == of:
            self.stdout.write(said)
        self.stdout.flush()
