# origin: CVE-2023-37271
# technique: await's coroutine object has cr_frame
# goal: language
# outcome: refused:attribute-not-allowed

async def on_execute_post_login(event, api):
    async def inner():
        return 1
    c = inner()
    api.user.set_app_metadata("escaped", str(c.cr_frame.f_back))
