# origin: own
# technique: calling a generic alias writes __orig_class__ on what it makes
# goal: language
# outcome: COMPLETED

class A:
    pass
def on_execute_post_login(event, api):
    for kind in (list[int], dict[str, int], tuple[int], set[int]):
        made = kind()
        if hasattr(made, "__orig_class__"):
            api.user.set_app_metadata("escaped", str(made))
