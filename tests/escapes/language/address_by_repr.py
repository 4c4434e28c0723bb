# origin: own
# technique: the address in a repr is enough to look for the object
# goal: language
# outcome: COMPLETED

def on_execute_post_login(event, api):
    for thing in (api, event, print, console):
        if " at 0x" in f"{api}{event}{api.user}{event.user}{event.secrets}{console}":
            api.user.set_app_metadata("escaped", str(thing))
