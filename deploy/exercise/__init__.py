"""A training scenario with fictional States: every state of every life cycle stands in it once.

Eight States with codes that ISO 3166-1 leaves to users, three fictional donors and a fictional
operator. Nothing in it is about a real State, donor or person, and nothing in it is a fact.

* XXA is near completion and needs small help: a request partly met, an active coalition.
* XXB is near completion and manages alone.
* XXC is near completion and needs larger help.
* XXD is further away, with two clocks under one article.
* XXE reports without figures: too little is known of it. It has left one treaty.
* XXF is overdue with a request pending, and hostilities go on in a part of it; under the other treaty
  its work is finished and waits for its declaration, and its initial report for its being sent.
* XXG destroys a stock; one duty was reopened by a later find.
* XXH has finished, and is an ambassador.

Its meetings are informal ones: the treaties' real calendars, which decide when requests are due, stay
untouched where both stand in one system.
"""
