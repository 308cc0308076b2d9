# Reads TAP from standard input with TAP::Parser and prints what it found, one line a fact.
use strict;
use warnings;
use TAP::Parser;

binmode STDIN, ':encoding(UTF-8)';
binmode STDOUT, ':encoding(UTF-8)';
my $parser = TAP::Parser->new({ tap => do { local $/; <STDIN> } });
while (my $result = $parser->next) {
  if ($result->is_test) {
    my $kind = $result->has_skip ? 'skip' : $result->is_ok ? 'ok' : 'not ok';
    printf "%s\t%s\t%s\n", $kind, $result->description, $result->has_skip ? $result->explanation : '';
  } elsif ($result->is_yaml) {
    my $data = $result->data;
    printf "yaml\t%s\t%s\n", $data->{outcome}, $data->{message};
  } elsif ($result->is_unknown) {
    printf "unknown\t%s\t\n", $result->as_string;
  }
}
printf "planned\t%d\t\n", $parser->tests_planned;
printf "error\t%s\t\n", $_ for $parser->parse_errors;
