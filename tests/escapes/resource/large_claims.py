# origin: contract 7
# technique: claims over the limit
# goal: resource
# outcome: RAISED:ValueError
def on_execute_post_login(event, api):
    for n in range(100):
        api.id_token.set_custom_claim("https://example.com/%d" % n, "x" * 2000)
