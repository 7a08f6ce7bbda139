/**
 * What runs before init in a restored machine. kind's entrypoint (v0.33.0, images/base/files/usr/local/bin/entrypoint) makes
 * an unknown container into a node, program after program (1.7 s of the CPU on a host with cgroup v1), and waits for names
 * that nobody knows. Most of what it does a golden state has already: this does the rest, which is gone with every stop of a
 * container (mounts, the rules for the engine's DNS, what the engine writes into /etc), in 0.3 s of the CPU, and leaves the
 * machine as kind's does. Where something is not as this expects, kind's runs as always.
 */
const beforeInit = String.raw`
use strict;

sub text {
  my ($path) = @_;
  open my $file, '<', $path or return '';
  local $/;
  return scalar(<$file>) // '';
}
sub put {
  my ($how, $path, $text) = @_;
  open my $file, $how, $path or die "$path: $!\n";
  print $file $text;
  close $file or die "$path: $!\n";
}
sub run { system(@_) == 0 or die "failed: @_\n" }
sub whole { exec '/usr/local/bin/kubewright-entrypoint', '/sbin/init' or die "kubewright-entrypoint: $!\n" }

my $hosts = text('/etc/hosts');
my $address = text('/kind/old-ipv4');
my ($gateway) = qx(ip -4 route show default) =~ /^default via (\S+)/;
my $rules = qx(iptables-save --table nat);
my @hierarchies = map { (split)[1] } grep { (split)[2] eq 'cgroup' } split /\n/, text('/proc/self/mounts');
my $v2 = -f '/sys/fs/cgroup/cgroup.controllers';

whole() if text('/proc/self/uid_map') !~ /^\s*0\s+0\s+4294967295$/;
whole() if !$v2 && (-d '/sys/fs/cgroup/misc' || text('/proc/self/cgroup') !~ m{^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:/$}m);
whole() if !$v2 && !grep { $_ eq '/sys/fs/cgroup/systemd' } @hierarchies;
whole() if $address eq '' || $hosts !~ /^\Q$address\E\s/m || -e '/kind/old-ipv6' || !-e '/kind/product_uuid';
whole() if !$gateway || $rules !~ /-j DOCKER_OUTPUT/ || exists $ENV{KIND_DNS_SEARCH};

# As kubewright-entrypoint of the node image does, and why, is said there.
put('>>', '/etc/hosts', "127.0.0.1 dl.k8s.io\n") if $hosts !~ /dl\.k8s\.io/;

run(qw(mount -o remount,ro /sys));
run(qw(mount --make-rshared /));
if (!$v2) {
  run(qw(mount --make-rprivate /sys/fs/cgroup));
  my @roots = map { ("$_/kubelet", "$_/kubelet.slice") } @hierarchies;
  for my $root (@roots) { -d $root or mkdir $root or die "$root: $!\n" }
  for my $set (qw(cpuset.cpus cpuset.mems)) {
    my $all = text("/sys/fs/cgroup/cpuset/$set");
    put('>', $_, $all) for grep { -e } map { "/sys/fs/cgroup/cpuset/$_/$set" } qw(kubelet kubelet.slice);
  }
  put('>', '/run/kubewright-mounts', join '', map { "$_ $_ none bind 0 0\n" } @roots);
  run(qw(mount --all --fstab /run/kubewright-mounts));
  unlink '/run/kubewright-mounts';
}
if (-f '/sys/class/dmi/id/product_name') {
  put('>', '/kind/product_name', "kind\n");
  run(qw(mount -o ro,bind /kind/product_name /sys/class/dmi/id/product_name));
}
for my $uuid (grep { -f } map { "$_/dmi/id/product_uuid" } qw(/sys/class /sys/devices/virtual)) {
  run(qw(mount -o ro,bind /kind/product_uuid), $uuid);
}

my $dns = '127.0.0.11';
for ($rules) {
  s/-d \Q$dns\E/-d $gateway/g;
  s/^-A OUTPUT (.*) -j DOCKER_OUTPUT$/$&\n-A PREROUTING $1 -j DOCKER_OUTPUT/mg;
  s/--to-source :53/--to-source $gateway:53/g;
  # Of two releases of iptables one does not write the port that the other wants: kind's issue 3054.
  s/p -j DNAT --to-destination \Q$dns\E/p --dport 53 -j DNAT --to-destination $dns/g;
}
open my $restore, '|-', 'iptables-restore' or die "iptables-restore: $!\n";
print $restore $rules;
close $restore or die "the rules for the engine's DNS were not taken\n";

my $resolv = text('/etc/resolv.conf');
put('>', '/etc/resolv.conf.original', $resolv);
$resolv =~ s/\Q$dns\E/$gateway/g;
put('>', '/etc/resolv.conf', $resolv);

# init hands its environment on; kind's is a shell's.
$ENV{SHLVL} = 0;
exec '/sbin/init' or die "init: $!\n";
`;

export const restoredEntrypoint: readonly string[] = ['perl', '-e', beforeInit];
