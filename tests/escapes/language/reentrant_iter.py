# origin: own, after CPython gh-101892
# technique: the sentinel's __eq__ uses up the iterator that asks it
# goal: language
# outcome: COMPLETED | RAISED:StopIteration

class Stop:
    def __eq__(self, other):
        if armed:
            armed.pop()
            list(numbers)
        return True
armed = [1]
def on_execute_post_login(event, api):
    global numbers
    numbers = iter(lambda: 1, Stop())
    next(numbers, None)
