using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Runtime.Tests.Integrations;

/// <summary>Counters since creation, measures of the last hour.</summary>
public sealed class CallStatisticsTests
{
    private readonly FakeClock _clock = new();
    private readonly CallStatistics _statistics;

    public CallStatisticsTests() => _statistics = new CallStatistics(_clock);

    [Fact]
    public void Nothing_counted_is_healthy()
    {
        Assert.Equal(new CallMeasures(100, 0, 0), _statistics.Measure());
        Assert.Equal((0L, 0L), (_statistics.Succeeded, _statistics.Failed));
        Assert.Null(_statistics.LastErrorAt);
        Assert.Null(_statistics.Unsaved());
    }

    [Fact]
    public void Calls_are_counted_and_measured()
    {
        Record(true, 10);
        Record(true, 20);
        Record(false, 60);
        Record(true, 30);
        Assert.Equal((3L, 1L), (_statistics.Succeeded, _statistics.Failed));
        Assert.Equal(new CallMeasures(100, 30, 0.25), _statistics.Measure());
        Assert.Equal(_clock.GetUtcNow(), _statistics.LastErrorAt);
    }

    [Fact]
    public void Checks_make_the_uptime()
    {
        _statistics.RecordCheck(true);
        _statistics.RecordCheck(true);
        _statistics.RecordCheck(false);
        _statistics.RecordCheck(true);
        Assert.Equal(75, _statistics.Measure().Uptime);
    }

    [Fact]
    public void Measures_forget_what_is_an_hour_old_while_counters_do_not()
    {
        Record(false, 10);
        _statistics.RecordCheck(false);
        _clock.Advance(TimeSpan.FromMinutes(59));
        Record(true, 30);
        Assert.Equal(new CallMeasures(0, 20, 0.5), _statistics.Measure());

        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(new CallMeasures(100, 30, 0), _statistics.Measure());
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(new CallMeasures(100, 0, 0), _statistics.Measure());
        Assert.Equal((1L, 1L), (_statistics.Succeeded, _statistics.Failed));
    }

    [Fact]
    public void Minute_of_an_earlier_hour_is_not_added_to()
    {
        Record(false, 10);
        _clock.Advance(TimeSpan.FromHours(1));
        Record(true, 20);
        Assert.Equal(new CallMeasures(100, 20, 0), _statistics.Measure());
    }

    [Fact]
    public void What_was_counted_stays_unsaved_until_it_is_marked_saved_and_counts_once()
    {
        Record(true, 1);
        Assert.Equal((1L, 0L, null), _statistics.Unsaved());
        Record(false, 1);
        Assert.Equal((1L, 1L, _clock.GetUtcNow().ToUnixTimeMilliseconds()), _statistics.Unsaved());

        Record(true, 1);
        _statistics.MarkSaved(1, 1);
        Assert.Equal((1L, 0L), (_statistics.Unsaved()!.Value.Succeeded, _statistics.Unsaved()!.Value.Failed));
        Assert.Equal((2L, 1L), (_statistics.Succeeded, _statistics.Failed));
    }

    [Fact]
    public void Restored_counters_are_saved_already_and_count_on()
    {
        _statistics.Restore(5, 2, 1_000);
        Assert.Null(_statistics.Unsaved());
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1), _statistics.LastErrorAt);
        Record(true, 1);
        Assert.Equal((1L, 0L, 1_000L), _statistics.Unsaved());
        Assert.Equal((6L, 2L), (_statistics.Succeeded, _statistics.Failed));
    }

    [Fact]
    public void What_other_nodes_saved_counts_besides_what_this_one_has_not()
    {
        Record(true, 1);
        _statistics.Restore(5, 2, 1_000);
        Record(false, 1);
        Assert.Equal((6L, 3L), (_statistics.Succeeded, _statistics.Failed));
        Assert.Equal(_clock.GetUtcNow(), _statistics.LastErrorAt);
    }

    [Fact]
    public void Counting_from_many_threads_loses_nothing()
    {
        Parallel.For(0, 10_000, number => Record(number % 4 != 0, 1));
        Assert.Equal((7_500L, 2_500L), (_statistics.Succeeded, _statistics.Failed));
        Assert.Equal(new CallMeasures(100, 1, 0.25), _statistics.Measure());
    }

    private void Record(bool isSuccess, int milliseconds) =>
        _statistics.Record(isSuccess, TimeSpan.FromMilliseconds(milliseconds));
}
