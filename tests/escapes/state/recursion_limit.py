# origin: own
# technique: the compiler's raised recursion limit stays after a source too deep for it
# goal: state
# outcome: RAISED:RecursionError

def on_execute_post_login(event, api):
    def dive(depth):
        return dive(depth + 1) if depth < 5000 else depth
    api.user.set_app_metadata("escaped", str(dive(0)))
