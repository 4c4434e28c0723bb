# origin: own
# technique: a comparison changes the list that is being sorted
# goal: language
# outcome: RAISED:ValueError

class Key:
    def __lt__(self, other):
        items.clear()
        items.extend([1] * 100)
        return True
items = []
def on_execute_post_login(event, api):
    items.extend(Key() for x in range(10))
    items.sort()
