// A server that speaks MongoDB's protocol, for tests and trial runs where no MongoDB can be had:
// FerretDB on PostgreSQL, behind a listener that lets only one message at a time change a document.
//
// Why the locks: FerretDB 1.24 reads a document, changes it and writes it back without holding it, so
// of two compare-and-sets at the same moment both are acknowledged and one is lost. A real MongoDB's
// are atomic. Inserts are kept apart by unique indexes and need no lock.
//
// The listener also speaks TLS and asks who is there (SCRAM-SHA-256), as a MongoDB that is run with
// both does: FerretDB's own new way of signing in cannot be switched on where it is embedded.
package main

import (
	"context"
	"crypto/tls"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:27606", "where to take connections")
	inner := flag.String("socket", "ferretdb.sock", "unix socket of the server behind the locks")
	postgresql := flag.String("postgresql", "", "URL of the PostgreSQL database")
	unlocked := flag.Bool("without-lock", false, "let rivals lose one another's updates: only to show that this is noticed")
	certificate := flag.String("certificate", "", "speak TLS with this certificate (PEM)")
	key := flag.String("key", "", "and this key (PEM)")
	user := flag.String("user", "", "demand that this user signs in")
	password := flag.String("password-file", "", "with the password in this file")
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
	listener, err := listening(*listen, *certificate, *key)
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		<-ctx.Done()
		_ = listener.Close()
	}()
	gate := &gate{socket: *inner, open: *unlocked, locks: newLocks()}
	if *user != "" {
		if gate.door, err = newDoor(*user, *password); err != nil {
			log.Fatal(err)
		}
	}
	go gate.serve(listener)
	fmt.Println("listening on", listener.Addr())
	if err := server.Run(ctx); err != nil {
		log.Fatal(err)
	}
}

func listening(address, certificate, key string) (net.Listener, error) {
	plain, err := net.Listen("tcp", address)
	if err != nil || certificate == "" {
		return plain, err
	}
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		return nil, err
	}
	return tls.NewListener(plain, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}), nil
}

func firstLine(file string) (string, error) {
	whole, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(string(whole), "\n")
	return line, nil
}
