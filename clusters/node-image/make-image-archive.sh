#!/bin/bash
# make-image-archive.sh OUT.tar NAME:TAG CONFIG-JSON DIR...
# Writes a docker archive with one layer per directory, without any engine: the names are those kubeadm wants
# (registry.k8s.io/…), and building them in the user's engine would overwrite or leave images of those names there.
# Layers are not compressed: kind unpacks every image on every node at first start, and gunzip would cost more of a
# drill's start than the bytes do.
set -euo pipefail
out=$1 name=$2 config=$3
shift 3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
layers=() digests=()
for directory in "$@"; do
  # Same content, same digest: a layer that two images share is stored once.
  tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -C "$directory" -cf "$work/layer.tar" .
  digest=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
  mkdir -p "$work/$digest"
  mv "$work/layer.tar" "$work/$digest/layer.tar"
  layers+=("$digest/layer.tar")
  digests+=("sha256:$digest")
done

list() { jq -cn '$ARGS.positional' --args "$@"; }
jq -n --argjson config "$config" --argjson digests "$(list "${digests[@]}")" --arg arch "$(dpkg --print-architecture)" \
  '{architecture: $arch, os: "linux", created: "1970-01-01T00:00:00Z", config: $config, rootfs: {type: "layers", diff_ids: $digests}}' \
  > "$work/config.json"
jq -n --arg name "$name" --argjson layers "$(list "${layers[@]}")" \
  '[{Config: "config.json", RepoTags: [$name], Layers: $layers}]' > "$work/manifest.json"
tar -C "$work" -cf "$out.part" .
mv "$out.part" "$out"
