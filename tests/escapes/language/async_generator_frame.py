# origin: CVE-2023-37271
# technique: an asynchronous generator has ag_frame
# goal: language
# outcome: refused:async-generator | refused:attribute-not-allowed

async def on_execute_post_login(event, api):
    async def numbers():
        yield 1
    api.user.set_app_metadata("escaped", str(numbers().ag_frame.f_builtins))
