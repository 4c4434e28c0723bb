# origin: CVE-2025-22153
# technique: except* confuses types through a lying split()
# goal: language
# outcome: refused:except-star | refused:name-not-available

class Lie(ExceptionGroup):
    def split(self, kind):
        return (1, 2)
def on_execute_post_login(event, api):
    try:
        raise Lie("a", [ValueError(1)])
    except* ValueError as error:
        api.user.set_app_metadata("escaped", str(error))
