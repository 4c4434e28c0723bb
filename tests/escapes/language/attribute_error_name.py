# origin: CVE-2024-47532
# technique: NameError carries the name that was looked for
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    try:
        nowhere
    except NameError as error:
        api.user.set_app_metadata("escaped", str(getattr(error, "name")))
