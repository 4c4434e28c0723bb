# origin: own
# technique: a private attribute with letters that the parser normalises
# goal: language
# outcome: refused:underscore-attribute

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(api.__ｃｌａｓｓ__))
