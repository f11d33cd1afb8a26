"""LibreTranslate and DeepL behind wagtail-localize's interface, with every trouble as one sentence."""

from time import monotonic

import requests
from django.utils.translation import gettext as _
from urllib3.exceptions import HTTPError as TransportError
from urllib3.exceptions import ReadTimeoutError
from wagtail_localize.machine_translators.deepl import DeepLTranslator
from wagtail_localize.machine_translators.libretranslate import LibreTranslator
from wagtail_localize.strings import StringValue

# More than any answer to what is asked at once; an endless one is cut off.
MOST_BYTES = 5_000_000
USED_UP, TOO_OFTEN = (402, 456), 429
NOT_LET_IN = (401, 403)


class MachineError(Exception):
    """A sentence for people why there is no translation."""


def ask(address: str, timeout_seconds: float, **sent):
    """What the service answers, from its JSON; waits `timeout_seconds` for the whole of it at most.

    `sent` are arguments of requests.post. Raises MachineError.
    """
    until = monotonic() + timeout_seconds
    body = b""
    try:
        # A redirect would carry key and texts to somebody else.
        with requests.post(
            address, timeout=timeout_seconds, stream=True, allow_redirects=False, **sent
        ) as response:
            _look_at_status(response.status_code)
            # As it arrives: to wait for a full portion is to wait as long as the service likes.
            while part := response.raw.read1(65_536, decode_content=True):
                body += part
                if monotonic() > until:
                    raise requests.Timeout
                if len(body) > MOST_BYTES:
                    raise _not_understood()
    except (requests.Timeout, ReadTimeoutError) as late:
        raise MachineError(_("The translation service did not answer in time.")) from late
    except (requests.RequestException, TransportError) as lost:
        raise MachineError(_("The translation service cannot be reached.")) from lost
    try:
        return requests.models.complexjson.loads(body)
    except ValueError as broken:
        raise _not_understood() from broken


def _look_at_status(status: int) -> None:
    if status == 200:
        return
    if status in USED_UP:
        raise MachineError(_("What the translation service gives in a month is used up."))
    if status == TOO_OFTEN:
        raise MachineError(_("The translation service is asked too often now. Try again later."))
    if status in NOT_LET_IN:
        raise MachineError(_("The translation service does not accept the key of the hub."))
    raise MachineError(
        _("The translation service answered with error %(status)d.") % {"status": status}
    )


def _not_understood() -> MachineError:
    return MachineError(_("The hub does not understand what the translation service answered."))


def _paired(strings: list[StringValue], texts) -> dict[StringValue, StringValue]:
    """Raises MachineError unless `texts` is a list of as many texts."""
    if not isinstance(texts, list) or len(texts) != len(strings):
        raise _not_understood()
    if not all(isinstance(text, str) for text in texts):
        raise _not_understood()
    return {
        string: StringValue(text.replace("\0", ""))
        for string, text in zip(strings, texts, strict=True)
    }


class LibreTranslate(LibreTranslator):
    """Options: LIBRETRANSLATE_URL, API_KEY (may be empty), TIMEOUT (seconds)."""

    def translate(self, source_locale, target_locale, strings):
        strings = list(strings)
        asked = {
            "q": [string.data for string in strings],
            "source": self.language_code(source_locale.language_code),
            "target": self.language_code(target_locale.language_code),
            "format": "html",
        }
        if self.options["API_KEY"]:
            asked["api_key"] = self.options["API_KEY"]
        address = self.get_api_endpoint().rstrip("/") + "/translate"
        answer = ask(address, self.get_timeout(), json=asked)
        return _paired(strings, answer.get("translatedText") if isinstance(answer, dict) else None)


class DeepL(DeepLTranslator):
    """Options: AUTH_KEY, TIMEOUT (seconds), and ADDRESS where it is not DeepL's own."""

    def get_api_endpoint(self):
        return self.options.get("ADDRESS") or super().get_api_endpoint()

    def translate(self, source_locale, target_locale, strings):
        strings = list(strings)
        answer = ask(
            self.get_api_endpoint(),
            self.options["TIMEOUT"],
            data=self.get_parameters(source_locale, target_locale, strings),
            headers=self.get_headers(),
        )
        found = answer.get("translations") if isinstance(answer, dict) else None
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise _not_understood()
        return _paired(strings, [one.get("text") for one in found])
