# origin: sandbox-facts 4
# technique: an exception's traceback leads to frames
# goal: language
# outcome: refused:underscore-attribute | refused:attribute-not-allowed

def on_execute_post_login(event, api):
    try:
        1 / 0
    except Exception as error:
        api.user.set_app_metadata("escaped", str(error.__traceback__.tb_frame.f_back))
