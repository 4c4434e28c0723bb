# origin: own
# technique: another action's secret by every way of reading
# goal: language
# outcome: COMPLETED

def on_execute_post_login(event, api):
    for find in (lambda: event.secrets["NEIGHBOUR"], lambda: event["secrets"]["NEIGHBOUR"],
                 lambda: event.get("secrets").get("NEIGHBOUR"), lambda: event.secrets.get("NEIGHBOUR"),
                 lambda: "{0[secrets][NEIGHBOUR]}".format(event), lambda: "%(NEIGHBOUR)s" % event.secrets):
        try:
            found = find()
        except (KeyError, AttributeError):
            continue
        if found is not None:
            api.user.set_app_metadata("escaped", str(found))
