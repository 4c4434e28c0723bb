# origin: own
# technique: an encoding's name makes the codec registry import what it names
# goal: state
# outcome: COMPLETED

def on_execute_post_login(event, api):
    for name in ("os", "..os", "json.tool", "encodings.utf_8", "this", "antigravity", "utf_8 ", "\u212a", "uu", "bz2", "zlib"):
        for find in (lambda: "a".encode(name), lambda: b"a".decode(name)):
            try:
                found = find()
            except (LookupError, ValueError, TypeError):
                continue
            if found not in (b"a", "a"):
                api.user.set_app_metadata("escaped", str(name))
