"""The organiser's side of registrations: who comes, the day itself, mails to them, lists to take away."""
