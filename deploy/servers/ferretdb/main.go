// A server that speaks MongoDB's protocol, for tests and trial runs where no MongoDB can be had:
// FerretDB on PostgreSQL, behind a listener that lets only one changing message through at a time.
//
// Why the lock: FerretDB 1.24 reads a document, changes it and writes it back without holding it, so
// of two compare-and-sets at the same moment both are acknowledged and one is lost. A real MongoDB's
// are atomic. Inserts are kept apart by unique indexes and need no lock.
package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

const (
	headerBytes  = 16
	mostBytes    = 48_000_000 // the protocol's own bound for one message
	opMsg        = 2013
	flagBytes    = 4
	moreToCome   = 1 << 1 // the sender expects no answer
	sectionBody  = 0
	sectionBytes = 1
)

// One at a time: whatever reads a document and writes it back.
var changing = map[string]bool{"update": true, "findAndModify": true, "findandmodify": true, "delete": true}

func main() {
	listen := flag.String("listen", "127.0.0.1:27606", "where to take connections")
	inner := flag.String("socket", "ferretdb.sock", "unix socket of the server behind the lock")
	postgresql := flag.String("postgresql", "", "URL of the PostgreSQL database")
	unlocked := flag.Bool("without-lock", false, "let rivals lose one another's updates: only to show that this is noticed")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()

	// It reports each duplicate key as an error, which here is an ordinary answer.
	quiet := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError + 4}))
	if err := os.Remove(*inner); err != nil && !os.IsNotExist(err) {
		log.Fatal(err)
	}
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:      ferretdb.ListenerConfig{Unix: *inner},
		Logger:        quiet,
		Handler:       "postgresql",
		PostgreSQLURL: *postgresql,
	})
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		<-ctx.Done()
		_ = listener.Close()
	}()
	gate := &gate{socket: *inner, open: *unlocked}
	go gate.serve(listener)
	fmt.Println("listening on", listener.Addr())
	if err := server.Run(ctx); err != nil {
		log.Fatal(err)
	}
}

// gate stands between clients and the server, and holds the lock around each changing message.
type gate struct {
	socket string
	open   bool
	lock   sync.Mutex
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
	for {
		message, err := read(fromClient)
		if err != nil {
			return
		}
		answer, err := g.ask(server, fromServer, message)
		if err != nil {
			return
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
func (g *gate) ask(server net.Conn, fromServer *bufio.Reader, message []byte) ([]byte, error) {
	if !g.open && changing[command(message)] {
		g.lock.Lock()
		defer g.lock.Unlock()
	}
	if _, err := server.Write(message); err != nil {
		return nil, err
	}
	if opCode(message) == opMsg && len(message) >= headerBytes+flagBytes &&
		binary.LittleEndian.Uint32(message[headerBytes:])&moreToCome != 0 {
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

func opCode(message []byte) uint32 {
	return binary.LittleEndian.Uint32(message[12:])
}

// command is the first key of the message's body, which names what is asked; empty where there is none.
// The body may stand behind sections that hold the statements (kind 1).
func command(message []byte) string {
	if opCode(message) != opMsg {
		return ""
	}
	rest := message[min(headerBytes+flagBytes, len(message)):]
	for len(rest) > 5 {
		kind := rest[0]
		size := int(binary.LittleEndian.Uint32(rest[1:]))
		switch kind {
		case sectionBody:
			return firstKey(rest[1:])
		case sectionBytes:
			if size < 4 || size >= len(rest) {
				return ""
			}
			rest = rest[1+size:]
		default:
			return ""
		}
	}
	return ""
}

// firstKey reads a BSON document: four bytes of length, one of type, then the key up to a zero byte.
func firstKey(document []byte) string {
	for end := 5; end < len(document); end++ {
		if document[end] == 0 {
			return string(document[5:end])
		}
	}
	return ""
}
