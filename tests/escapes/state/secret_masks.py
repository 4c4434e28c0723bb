# origin: own
# technique: the masks of one action's secrets apply to the next one's log
# goal: state
# outcome: COMPLETED

def on_execute_post_login(event, api):
    print(event.secrets.OWN, "neighbour")
    print("own", "-", "secret", sep="")
