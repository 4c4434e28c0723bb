# -*- coding: utf-7 -*-
# origin: sandbox-facts 2.4
# technique: an encoding cookie turns a comment into code
# goal: language
# outcome: COMPLETED

def on_execute_post_login(event, api):
    reached = 0
    # +AAo-    reached = 1
    if reached:
        api.user.set_app_metadata("escaped", str(reached))
