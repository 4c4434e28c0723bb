# origin: own
# technique: __eq__ empties the list that remove() walks
# goal: language
# outcome: COMPLETED | RAISED:ValueError

class Key:
    def __eq__(self, other):
        items.clear()
        return False
items = []
def on_execute_post_login(event, api):
    for find in (items.remove, items.index, items.count):
        items.extend(Key() for x in range(10))
        try:
            find(Key())
        except ValueError:
            pass
