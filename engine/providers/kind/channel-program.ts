/**
 * The program at the machine's end of a channel, in the perl that every Debian has: nothing is put on the machine. It
 * runs what it is told (the frames are those of channel-frames.ts), many at a time, and ends with its standard input,
 * which is when this side has gone, however that went; what is running then is killed.
 *
 * A program gets a session of its own and nothing of the channel's but its environment, as with "docker exec", and what it
 * has left behind in the background may hold its output for two seconds after its end, as with the engine.
 */
export const channelProgram = String.raw`
use strict;
use POSIX qw(setsid dup2 _exit WNOHANG EINTR);

$0 = 'kubewright-channel';
# Handlers and not IGNORE, which the programs would inherit.
$SIG{PIPE} = $SIG{CHLD} = sub {};
my ($hello, $ready, $stdout, $stderr, $ended, $unstarted) = (16 .. 21);
my ($ask, $run, $end) = (1 .. 3);
my $limit = 65536;
my $said = '';
my %jobs;     # by number: pid until it was waited for, files by type of frame, code, until, poll
my %sources;  # by file descriptor: [number, type of frame]

sub quit {
  for my $job (values %jobs) { kill 'KILL', -$job->{pid}, $job->{pid} if $job->{pid} }
  exit;
}

sub answer {
  my ($type, $number, $text) = @_;
  my $frame = pack('CNN', $type, $number, length $text) . $text;
  while (length $frame) {
    my $count = syswrite STDOUT, $frame;
    if (defined $count) { substr($frame, 0, $count, '') }
    elsif ($! != EINTR) { quit() }
  }
}

sub shut {
  my ($job, @types) = @_;
  for my $type (@types) {
    my $file = delete $job->{files}{$type} or next;
    delete $sources{fileno $file};
    close $file;
  }
}

sub start {
  my ($number, $payload) = @_;
  my $length = unpack 'N', $payload;
  my ($hasInput, $folder, $count, @argv) = split /\0/, substr($payload, 4, $length), -1;
  my %own = map { split /=/, $_, 2 } splice @argv, 0, $count;
  my ($in, $inEnd, $out, $outEnd, $err, $errEnd, $state, $stateEnd);
  my $pid;
  if (($hasInput ? pipe($in, $inEnd) : open($in, '<', '/dev/null'))
    && pipe($out, $outEnd) && pipe($err, $errEnd) && pipe($state, $stateEnd)) {
    # Less than a pipe always takes.
    syswrite $inEnd, substr($payload, 4 + $length) if $hasInput;
    $pid = fork;
  }
  return answer($unstarted, $number, "$!") unless defined $pid;
  if ($pid == 0) {
    $SIG{PIPE} = $SIG{CHLD} = 'DEFAULT';
    setsid();
    dup2(fileno $in, 0);
    dup2(fileno $outEnd, 1);
    dup2(fileno $errEnd, 2);
    %ENV = (%ENV, %own);
    exec { $argv[0] } @argv if chdir $folder;
    # The other end of this one closes by itself when a program takes this one's place.
    syswrite $stateEnd, "$!";
    _exit(127);
  }
  my %files = ($stdout => $out, $stderr => $err, $unstarted => $state);
  $jobs{$number} = { pid => $pid, files => \%files, poll => 0.001 };
  $sources{fileno $files{$_}} = [$number, $_] for keys %files;
}

sub obey {
  my $count = sysread STDIN, $said, $limit, length $said;
  return if !defined $count && $! == EINTR;
  quit() unless $count;
  while (length $said >= 9) {
    my ($type, $number, $length) = unpack 'CNN', $said;
    quit() if $length > $limit;
    last if length $said < 9 + $length;
    my $payload = substr $said, 9, $length;
    substr($said, 0, 9 + $length, '');
    if ($type == $ask) { answer($ready, $number, '') }
    elsif ($type == $run) { start($number, $payload) }
    elsif ($type == $end && $jobs{$number}) {
      my $job = $jobs{$number};
      kill 'KILL', -$job->{pid}, $job->{pid} if $job->{pid};
      shut($job, keys %{ $job->{files} });
    }
  }
}

sub hand {
  my ($number, $type) = @{ $sources{$_[0]} };
  my $job = $jobs{$number};
  my $count = sysread $job->{files}{$type}, my $text, 32768;
  return if !defined $count && $! == EINTR;
  return answer($type, $number, $text) if $count;
  shut($job, $type);
}

sub reap {
  my ($number, $job) = @_;
  my $now = (POSIX::times())[0];
  if ($job->{pid} && waitpid($job->{pid}, WNOHANG) == $job->{pid}) {
    $job->{code} = $? & 127 ? 128 + ($? & 127) : $? >> 8;
    $job->{until} = $now + 2 * POSIX::sysconf(POSIX::_SC_CLK_TCK());
    delete $job->{pid};
  }
  return if $job->{pid};
  shut($job, keys %{ $job->{files} }) if $now >= $job->{until};
  return if %{ $job->{files} };
  delete $jobs{$number};
  answer($ended, $number, pack('N', $job->{code}));
}

answer($hello, 0, '');
for (;;) {
  my $wanted = '';
  vec($wanted, $_, 1) = 1 for 0, keys %sources;
  # The signal of an end may come just before the select: soon looked at when all output has ended, else now and then.
  my $wait;
  for my $job (values %jobs) {
    my $next = %{ $job->{files} } ? 0.1 : ($job->{poll} = $job->{poll} > 0.05 ? 0.1 : 2 * $job->{poll});
    $wait = $next if !defined $wait || $next < $wait;
  }
  if (select(my $there = $wanted, undef, undef, $wait) > 0) {
    for my $file (keys %sources) { hand($file) if $sources{$file} && vec($there, $file, 1) }
    obey() if vec($there, 0, 1);
  }
  reap($_, $jobs{$_}) for keys %jobs;
}
`;
