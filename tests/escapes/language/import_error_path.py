# origin: CVE-2024-47532
# technique: ImportError carries name and path
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    try:
        raise ImportError("x", name="a", path="/")
    except ImportError as error:
        api.user.set_app_metadata("escaped", str(getattr(error, "path")))
