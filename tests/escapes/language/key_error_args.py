# origin: CVE-2024-47532
# technique: KeyError's argument is hoped to hold the mapping
# goal: language
# outcome: COMPLETED

def on_execute_post_login(event, api):
    for find in (lambda: event["nope"], lambda: event.secrets["nope"], lambda: {}["nope"]):
        try:
            find()
        except KeyError as error:
            if error.args != ("nope",):
                api.user.set_app_metadata("escaped", str(error.args))
