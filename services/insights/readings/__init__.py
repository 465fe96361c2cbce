"""What insights reads of the other services' events: the parts it uses, and no more.

One class per event; its name is the event's type (contracts/<topic>/<name>.v1.json). Nothing is
imported from the writers: fields they add later are passed over.
"""
