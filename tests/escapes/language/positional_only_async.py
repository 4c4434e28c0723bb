# origin: CVE-2026-55830
# technique: the same in an async def, whose method is another one
# goal: language
# outcome: refused:underscore-name

async def on_execute_post_login(event, api, _getattr_=None, /):
    api.user.set_app_metadata("escaped", str((1).real))
