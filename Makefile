# Two commands are all a newcomer needs. Each does its own set-up and is quick when nothing changed.
PYTHON ?= python3
# What goes on to pytest, for one test: make test T="tests/test_rooms.py -k down"
T ?=

.PHONY: run test

run:
	@exec $(PYTHON) -m deploy.run

test:
	@exec $(PYTHON) -m tests.run $(T)
