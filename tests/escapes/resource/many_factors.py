# origin: contract 7
# technique: more factors than one call may have
# goal: resource
# outcome: RAISED:ValueError
def on_execute_post_login(event, api):
    api.authentication.enroll_with_any([{"type": "otp"}] * 100_000)
