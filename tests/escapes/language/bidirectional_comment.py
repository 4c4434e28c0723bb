# origin: own
# technique: direction marks make a comment look like code, and the other way round
# goal: language
# outcome: COMPLETED

def on_execute_post_login(event, api):
    wanted = "user"
    if wanted == "user‮ ⁦# only admins⁩ ⁦":
        api.user.set_app_metadata("escaped", str(1))
