"""Sentences to who uploads: what is wrong with a file, and what to do instead."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def is_not(ending: str) -> ValidationError:
    return ValidationError(
        _(
            "The name ends in “%(ending)s”, but that is not what is inside, or the file is damaged. "
            "Open it in the program it was made with, save it again, and upload the new file."
        ),
        code="not_what_it_says",
        params={"ending": ending},
    )


def too_much_inside() -> ValidationError:
    return ValidationError(
        _("There is too much packed into this file. Split it into several smaller ones."),
        code="too_much_inside",
    )


def locked() -> ValidationError:
    return ValidationError(
        _("This file is locked with a password. Save it without one, and upload that."),
        code="locked",
    )


def macros() -> ValidationError:
    return ValidationError(
        _(
            "This file contains macros, small programs that can harm a reader's computer. Save it "
            "without macros, and upload that."
        ),
        code="program_inside",
    )


def foreign_object() -> ValidationError:
    return ValidationError(
        _(
            "Something of another program is put into this file, and it would start that program. "
            "Put a picture of it in its place, or save the file as PDF, and upload that."
        ),
        code="program_inside",
    )


def fetches(address: str) -> ValidationError:
    return ValidationError(
        _(
            "This file fetches “%(address)s” when somebody opens it, so that place learns who reads. "
            "Put it into the file itself, or save the file as PDF, and upload that."
        ),
        code="fetches",
        params={"address": address[:120]},
    )


def dangerous_link(address: str) -> ValidationError:
    return ValidationError(
        _(
            "The link “%(address)s” in this file would start a program. Take it out, and upload the "
            "file again."
        ),
        code="dangerous_link",
        params={"address": address[:120]},
    )


def unknown_member(name: str) -> ValidationError:
    return ValidationError(
        _(
            "The ZIP contains “%(member)s”, which the hub does not take. Leave it out, and upload the rest."
        ),
        code="unknown_member",
        params={"member": name[:200]},
    )


def bad_member(name: str, reason: ValidationError) -> ValidationError:
    return ValidationError(
        _("In the ZIP, “%(member)s”: %(reason)s"),
        code=reason.code,
        params={"member": name[:200], "reason": " ".join(reason.messages)},
    )


def bad_name(name: str) -> ValidationError:
    return ValidationError(
        _(
            "The name “%(name)s” inside this file leads out of its folder, or is there twice. Pack "
            "the file again with an ordinary program, and upload that."
        ),
        code="bad_name",
        params={"name": name[:200]},
    )
