# origin: own
# technique: a facade's attribute is the target of with
# goal: language
# outcome: RAISED:TypeError

class A:
    def __enter__(self):
        return 1
    def __exit__(self, *rest):
        return False
def on_execute_post_login(event, api):
    with A() as api.user:
        api.user.set_app_metadata("escaped", str(1))
