# origin: sandbox-facts 2.4
# technique: print(file=...) calls write() of anything
# goal: language
# outcome: RAISED:TypeError

class Lie:
    def write(self, text):
        seen.append(text)
seen = []
def on_execute_post_login(event, api):
    print("x", file=Lie())
    api.user.set_app_metadata("escaped", str(seen))
