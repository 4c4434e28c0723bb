# origin: CVE-2026-76825
# technique: string.Template calls methods of the mapping it is given
# goal: language
# outcome: RAISED:AttributeError

import string
def on_execute_post_login(event, api):
    class Lie:
        def get(self, key):
            return key
    api.user.set_app_metadata("escaped", str(getattr(string, "Template")("${a.b}").substitute(Lie())))
