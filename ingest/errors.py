"""Errors named by who must act. Each message says what to do; the doors show it, everything else crashes loudly."""


class KizunaError(Exception):
    """Root of the errors that a door shows as a sentence instead of a traceback."""


class SenderError(KizunaError):
    """What was sent is wrong: the file, form or request has to change."""


class OperatorError(KizunaError):
    """The installation is wrong: a setting, a model file or the data folder has to change."""


class TemporaryError(KizunaError):
    """Nothing is wrong; trying again later helps."""
