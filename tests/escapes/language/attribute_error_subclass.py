# origin: n8n CVE-2026-0863
# technique: a subclass of AttributeError reads its own obj
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    class Lie(AttributeError):
        pass
    try:
        raise Lie("x", name="a", obj=api)
    except Lie as error:
        api.user.set_app_metadata("escaped", str(error.obj))
