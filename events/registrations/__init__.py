"""Taking part in a date of an event, without an account: signing up, seats, the line, the day itself."""
