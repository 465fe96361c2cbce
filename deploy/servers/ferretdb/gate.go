package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"

	"github.com/FerretDB/wire"
	"github.com/FerretDB/wire/wirebson"
)

const (
	headerBytes = 16
	mostBytes   = 48_000_000 // the protocol's own bound for one message
	opMsg       = 2013
)

// gate stands between clients and the server: who is there, and who goes first.
type gate struct {
	socket string
	open   bool
	locks  *locks
	door   *door // nil where nobody is asked who he is
}

func (g *gate) serve(listener net.Listener) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		go g.relay(client)
	}
}

func (g *gate) relay(client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := net.Dial("unix", g.socket)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	fromClient, fromServer := bufio.NewReaderSize(client, 1<<16), bufio.NewReaderSize(server, 1<<16)
	visitor := &visitor{}
	for {
		message, err := read(fromClient)
		if err != nil {
			return
		}
		asked := understood(message)
		answer := g.door.answer(visitor, message, asked)
		if answer == nil {
			if answer, err = g.ask(server, fromServer, message, asked); err != nil {
				return
			}
		}
		if answer == nil {
			continue
		}
		if _, err := client.Write(answer); err != nil {
			return
		}
	}
}

// ask hands a message on and waits for its answer; nil where none is expected.
func (g *gate) ask(server net.Conn, fromServer *bufio.Reader, message []byte, asked *request) ([]byte, error) {
	if !g.open && asked.changes() {
		defer g.locks.hold(asked)()
	}
	if _, err := server.Write(message); err != nil {
		return nil, err
	}
	if asked != nil && asked.silent {
		return nil, nil
	}
	return read(fromServer)
}

func read(from *bufio.Reader) ([]byte, error) {
	var length [4]byte
	if _, err := io.ReadFull(from, length[:]); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(length[:])
	if size < headerBytes || size > mostBytes {
		return nil, fmt.Errorf("a message of %d bytes", size)
	}
	message := make([]byte, size)
	copy(message, length[:])
	_, err := io.ReadFull(from, message[4:])
	return message, err
}

// request is a message of today's kind, taken apart as far as it matters here.
type request struct {
	command  string
	body     *wirebson.Document
	sections []wire.OpMsgSection
	silent   bool // the sender expects no answer
}

// understood is nil for messages of another kind, which only say hello.
func understood(message []byte) *request {
	if binary.LittleEndian.Uint32(message[12:]) != opMsg {
		return nil
	}
	var parts wire.OpMsg
	if err := parts.UnmarshalBinaryNocopy(message[headerBytes:]); err != nil {
		return nil
	}
	body, err := parts.RawSection0().Decode()
	if err != nil {
		return nil
	}
	return &request{body.Command(), body, parts.Sections(), parts.Flags.FlagSet(wire.OpMsgMoreToCome)}
}

// answering puts an answer of our own into a message to the one that asked.
func answering(message []byte, document *wirebson.Document) []byte {
	body := must(must(wire.NewOpMsg(document)).MarshalBinary())
	answer := make([]byte, headerBytes, headerBytes+len(body))
	binary.LittleEndian.PutUint32(answer, uint32(headerBytes+len(body)))
	copy(answer[8:12], message[4:8]) // to which request
	binary.LittleEndian.PutUint32(answer[12:], opMsg)
	return append(answer, body...)
}

// must is for what cannot fail: documents that are made here.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
