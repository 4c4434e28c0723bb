# origin: facts 5.6
# technique: a character that normalises to eighteen
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
import unicodedata


def on_execute_post_login(event, api):
    unicodedata.normalize("NFKD", "\ufdfa" * 5_000_000)
