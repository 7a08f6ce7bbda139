// Command pause is the first process of every pod's sandbox: it holds the namespaces and reaps orphans.
// It keeps the contract of registry.k8s.io/pause: "-v" prints a version and exits 0, which `kubeadm upgrade` runs as
// its health check job (kubernetes/build/pause/linux/pause.c is where the contract is written).
package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

var version = "unknown"

func main() {
	for _, arg := range os.Args[1:] {
		if arg == "-v" {
			fmt.Printf("pause.c %s\n", version)
			return
		}
	}
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGCHLD)
	for received := range signals {
		if received != syscall.SIGCHLD {
			fmt.Fprintf(os.Stderr, "Shutting down, got signal: %s\n", received)
			return
		}
		for {
			pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
			if pid <= 0 || err != nil {
				break
			}
		}
	}
}
