# coding: raw_unicode_escape
# origin: sandbox-facts 2.4
# technique: unicode-escape as the file's encoding hides a line feed
# goal: language
# outcome: COMPLETED

def on_execute_post_login(event, api):
    reached = 0
    #\u000a    reached = open
    if reached:
        api.user.set_app_metadata("escaped", str(reached))
