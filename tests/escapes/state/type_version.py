# origin: own
# technique: a class is made again and again under one name
# goal: state
# outcome: COMPLETED

def on_execute_post_login(event, api):
    for x in range(300):
        class A:
            value = x
    if A.value != 299:
        api.user.set_app_metadata("escaped", str(A.value))
