# origin: CVE-2023-37271
# technique: cr_frame by a name made at run time
# goal: language
# outcome: RAISED:AttributeError

async def on_execute_post_login(event, api):
    async def inner():
        return 1
    c = inner()
    name = "_".join(["cr", "frame"])
    found = getattr(c, name)
    api.user.set_app_metadata("escaped", str(found))
