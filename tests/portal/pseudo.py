"""A language in which every text that went through the catalogue stands between brackets that no source has."""

import gettext

PSEUDO = "ar"
"""A language written from right to left, as long as nobody translates into it: every text in brackets."""


class Pseudo(gettext.NullTranslations):
    """Each text between brackets that no source has."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"
