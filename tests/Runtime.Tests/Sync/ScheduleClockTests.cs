using Yyc3.Connectors.Runtime.Sync.Schedules;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Runtime.Tests.Sync;

public sealed class ScheduleClockTests
{
    private readonly FakeClock _machine = new();

    [Fact]
    public void It_goes_on_from_where_it_was_set()
    {
        var clock = new ScheduleClock(_machine);
        var now = _machine.GetUtcNow() + TimeSpan.FromHours(1);

        Assert.Equal(TimeSpan.FromHours(1), clock.Set(now, _machine.GetTimestamp()));
        _machine.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(now + TimeSpan.FromSeconds(3), clock.GetUtcNow());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 0)]
    [InlineData(4, 0)]
    [InlineData(-1, -1)]
    [InlineData(5, 1)]
    public void A_time_that_was_read_while_four_seconds_passed_moves_it_no_further_than_is_sure(int read, int moved)
    {
        var clock = new ScheduleClock(_machine);
        var (begun, since) = (_machine.GetUtcNow(), _machine.GetTimestamp());
        _machine.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(TimeSpan.FromSeconds(moved), clock.Set(begun + TimeSpan.FromSeconds(read), since));
        Assert.Equal(begun + TimeSpan.FromSeconds(4 + moved), clock.GetUtcNow());
    }
}
