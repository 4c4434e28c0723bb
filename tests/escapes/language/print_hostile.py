# origin: own
# technique: what print writes out calls nothing of the object's
# goal: language
# outcome: COMPLETED

class Lie:
    def __eq__(self, other):
        called.append(1)
        return True
    def keys(self):
        called.append(2)
        return []
    def items(self):
        called.append(3)
        return []
called = []
def on_execute_post_login(event, api):
    lie = Lie()
    print(lie, [lie], {"a": lie}, (lie,), ValueError(lie), Lie)
    console.error(lie, {1: [lie]})
    if called:
        api.user.set_app_metadata("escaped", str(called))
