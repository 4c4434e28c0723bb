# origin: CVE-2025-22153
# technique: except* around a plain exception
# goal: language
# outcome: refused:except-star

def on_execute_post_login(event, api):
    try:
        raise ValueError(1)
    except* ValueError as error:
        api.user.set_app_metadata("escaped", str(error.exceptions))
