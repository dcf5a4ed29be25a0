# What Request Tracker 5 needs before Baddala keeps cases in it: a queue per department, the
# fields of a case, and the account that Baddala uses (give it a password or a token yourself):
#
#     rt-setup-database-5 --action insert --datafile docs/request-tracker.pl
use utf8;

my @departments = qw(CUST BUD ACC REV DPS POL PROC DMO TAX MIL ICT CORP COMM STRAT);
our @Queues = map { { Name => $_, Description => "Baddala: $_" } } @departments;

our @CustomFields = map {
    {
        Name       => "Baddala $_",
        Type       => 'FreeformSingle',
        LookupType => 'RT::Queue-RT::Ticket',
        ApplyTo    => 0,
        MaxValues  => 1,
    }
} qw(number version kind state priority segment language channel contact reference amount);

our @Users = (
    # English: RT 5.0.3 breaks off when it has to say "Comments added" in Arabic
    { Name => 'baddala', RealName => 'Baddala', Privileged => 1, Lang => 'en' },
);

our @ACL = map { { UserId => 'baddala', Right => $_ } } qw(
    SeeQueue CreateTicket ShowTicket ShowTicketComments ModifyTicket CommentOnTicket
    SeeCustomField ModifyCustomField SetInitialCustomField
);
1;
