package main

import (
	"fmt"
	"hash/fnv"
	"slices"
	"sync"

	"github.com/FerretDB/wire/wirebson"
)

const (
	stripes = 256
	// A changing message takes two of the server's connections to PostgreSQL, one after the other: were
	// all sixty held by messages that wait for their second one, none would ever go on.
	mostAtOnce = 16
)

// What reads a document and writes it back, and where each says which documents it means.
var filters = map[string]struct{ list, filter string }{
	"update":        {"updates", "q"},
	"delete":        {"deletes", "q"},
	"findAndModify": {"", "query"},
	"findandmodify": {"", "query"},
}

func (r *request) changes() bool {
	if r == nil {
		return false
	}
	_, known := filters[r.command]
	return known
}

// locks let one message at a time change a document. Those that name theirs by `_id` hold these only,
// others hold the whole collection.
type locks struct {
	turn        sync.Mutex
	collections map[string]*collection
	slots       chan struct{}
}

type collection struct {
	whole     sync.RWMutex
	documents [stripes]sync.Mutex
}

func newLocks() *locks {
	return &locks{collections: map[string]*collection{}, slots: make(chan struct{}, mostAtOnce)}
}

// hold waits for its turn; what comes back ends it.
func (l *locks) hold(asked *request) (release func()) {
	place, named := l.place(asked), asked.documents()
	if named == nil {
		place.whole.Lock()
	} else {
		place.whole.RLock()
		// In one order for everybody, so that no two wait for one another.
		for _, one := range named {
			place.documents[one].Lock()
		}
	}
	// Last: whoever has one of these waits for nobody any more.
	l.slots <- struct{}{}
	return func() {
		<-l.slots
		if named == nil {
			place.whole.Unlock()
			return
		}
		for _, one := range named {
			place.documents[one].Unlock()
		}
		place.whole.RUnlock()
	}
}

func (l *locks) place(asked *request) *collection {
	name := fmt.Sprintf("%v.%v", asked.body.Get("$db"), asked.body.Get(asked.command))
	l.turn.Lock()
	defer l.turn.Unlock()
	if l.collections[name] == nil {
		l.collections[name] = &collection{}
	}
	return l.collections[name]
}

// documents are the places of those that are named by a plain `_id`, in order; nil where others may be meant.
func (r *request) documents() []int {
	where := filters[r.command]
	var named []int
	add := func(statement any) bool {
		document := decoded(statement)
		if document == nil {
			return false
		}
		filter := decoded(document.Get(where.filter))
		if filter == nil {
			return false
		}
		id, plain := filter.Get("_id").(string)
		if plain {
			hash := fnv.New32a()
			_, _ = hash.Write([]byte(id))
			named = append(named, int(hash.Sum32()%stripes))
		}
		return plain
	}
	if where.list == "" {
		if !add(r.body) {
			return nil
		}
		return named
	}
	if list, inside := r.body.Get(where.list).(wirebson.AnyArray); inside {
		statements, err := list.Decode()
		if err != nil {
			return nil
		}
		for n := range statements.Len() {
			if !add(statements.Get(n)) {
				return nil
			}
		}
	}
	for _, section := range r.sections {
		if section.Identifier != where.list {
			continue
		}
		for _, one := range section.Documents() {
			if !add(one) {
				return nil
			}
		}
	}
	slices.Sort(named)
	return slices.Compact(named)
}

func decoded(value any) *wirebson.Document {
	some, is := value.(wirebson.AnyDocument)
	if !is {
		return nil
	}
	document, err := some.Decode()
	if err != nil {
		return nil
	}
	return document
}
