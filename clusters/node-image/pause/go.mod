module kubewright.local/pause

go 1.24
