package main

import (
	"fmt"

	"github.com/FerretDB/wire/wirebson"
	"github.com/xdg-go/scram"
)

const (
	mechanism    = "SCRAM-SHA-256"
	rounds       = 15_000
	unauthorized = 13
	refused      = 18
)

// What may be asked by anybody, as with MongoDB.
var beforeSigningIn = map[string]bool{"hello": true, "isMaster": true, "ismaster": true, "ping": true, "buildInfo": true, "endSessions": true}

// door lets in whoever knows the password (RFC 7677).
type door struct {
	server *scram.Server
}

// visitor is who stands at one connection.
type visitor struct {
	conversation *scram.ServerConversation
	in           bool
}

func newDoor(user, passwordFile string) (*door, error) {
	password, err := firstLine(passwordFile)
	if err != nil {
		return nil, err
	}
	client, err := scram.SHA256.NewClient(user, password, "")
	if err != nil {
		return nil, err
	}
	known := client.GetStoredCredentials(scram.KeyFactors{Salt: "article6", Iters: rounds})
	server, err := scram.SHA256.NewServer(func(name string) (scram.StoredCredentials, error) {
		if name != user {
			return scram.StoredCredentials{}, fmt.Errorf("nobody is called %q", name)
		}
		return known, nil
	})
	return &door{server}, err
}

// answer is what is said at the door, nil where the message goes on to the server.
func (d *door) answer(who *visitor, message []byte, asked *request) []byte {
	if d == nil || asked == nil {
		return nil
	}
	switch {
	case asked.command == "saslStart":
		if asked.body.Get("mechanism") != mechanism {
			return failed(message, refused, "AuthenticationFailed", "sign in by "+mechanism)
		}
		who.conversation, who.in = d.server.NewConversation(), false
		return d.step(who, message, asked)
	case asked.command == "saslContinue" && who.conversation != nil:
		return d.step(who, message, asked)
	case who.in || beforeSigningIn[asked.command]:
		return nil
	}
	return failed(message, unauthorized, "Unauthorized", "command "+asked.command+" requires authentication")
}

func (d *door) step(who *visitor, message []byte, asked *request) []byte {
	said, _ := asked.body.Get("payload").(wirebson.Binary)
	reply := ""
	if !who.in {
		var err error
		if reply, err = who.conversation.Step(string(said.B)); err != nil {
			who.conversation = nil
			return failed(message, refused, "AuthenticationFailed", "Authentication failed.")
		}
		who.in = who.conversation.Valid()
	}
	return answering(message, wirebson.MustDocument(
		"conversationId", int32(1),
		"done", who.in,
		"payload", wirebson.Binary{B: []byte(reply)},
		"ok", float64(1),
	))
}

func failed(message []byte, code int32, name, words string) []byte {
	return answering(message, wirebson.MustDocument("ok", float64(0), "errmsg", words, "code", code, "codeName", name))
}
