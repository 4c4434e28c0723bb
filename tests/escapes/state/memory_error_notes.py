# origin: own
# technique: a note is left on the shared MemoryError by an unbound method
# goal: state
# outcome: COMPLETED

class Note(Exception):
    pass
def on_execute_post_login(event, api):
    held = []
    for x in range(40):
        try:
            [0] * (1 << 61)
        except Exception as error:
            if getattr(error, "__notes__", None):
                api.user.set_app_metadata("escaped", str(error))
            Note.add_note(error, "kept")
            held.append(error)
