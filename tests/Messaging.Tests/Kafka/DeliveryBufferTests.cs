using Confluent.Kafka;
using Yyc3.Connectors.Kafka.Receiving;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Messaging.Tests.Kafka;

/// <summary>The memory between the polling thread and the receivers, step by step.</summary>
public sealed class DeliveryBufferTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly FakeClock _clock = new();
    private readonly DeliveryBuffer _buffer;

    public DeliveryBufferTests() => _buffer = new DeliveryBuffer("topic", new BufferLimits(4, 1000, 3), _clock);

    [Fact]
    public void Acknowledgement_that_comes_while_its_commit_is_under_way_is_told()
    {
        Add(0);
        var messages = _buffer.Acknowledge(Take(1));
        var commit = _buffer.BeginCommit();
        var outcomes = new SettleOutcome[1];
        Assert.False(_buffer.TryDecide(messages, outcomes, out var change));

        _buffer.EndCommit(commit!);

        Assert.True(change.IsCompletedSuccessfully);
        Assert.True(_buffer.TryDecide(messages, outcomes, out _));
        Assert.Equal([SettleOutcome.Done], outcomes);
        Assert.Null(_buffer.BeginCommit());
    }

    [Fact]
    public void Only_the_unbroken_beginning_is_committed()
    {
        Add(5, 6, 9);
        var taken = Take(3);
        _buffer.Acknowledge([taken[2]]);
        Assert.Null(_buffer.BeginCommit());
        _buffer.Acknowledge([taken[0]]);
        Assert.Equal(6, Assert.Single(_buffer.BeginCommit()!.Offsets).Offset.Value);
        _buffer.Acknowledge([taken[1]]);
        Assert.Equal(10, Assert.Single(_buffer.BeginCommit()!.Offsets).Offset.Value);
    }

    [Fact]
    public void Acknowledgement_ends_with_its_partition()
    {
        Add(0, 1);
        var messages = _buffer.Acknowledge([Take(1)[0]]);
        var outcomes = new SettleOutcome[1];
        Assert.False(_buffer.TryDecide(messages, outcomes, out var change));

        _buffer.Drop([0]);

        Assert.True(change.IsCompletedSuccessfully);
        Assert.True(_buffer.TryDecide(messages, outcomes, out _));
        Assert.Equal([SettleOutcome.Expired], outcomes);
        Assert.Empty(_buffer.Take(Request(10)).Leases);
        Assert.True(_buffer.HasRoom);
    }

    [Fact]
    public void Messages_that_come_back_come_first_and_in_their_order()
    {
        Add(0, 1, 2);
        var taken = Take(2);
        Assert.True(_buffer.GiveBack(taken[1], TimeSpan.Zero));
        Assert.True(_buffer.GiveBack(taken[0], TimeSpan.Zero));
        Assert.Equal([0, 1, 2], Take(3).Select(key => key.Offset));
    }

    [Fact]
    public void Lease_that_was_prolonged_ends_later_and_one_that_was_shortened_sooner()
    {
        Add(0, 1);
        var taken = Take(2);
        Assert.True(_buffer.Extend(taken[0], Lease + Lease));
        Assert.True(_buffer.Extend(taken[1], TimeSpan.FromSeconds(1)));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, Assert.Single(Take(2)).Offset);
        Assert.False(_buffer.Extend(taken[1], Lease));
        _clock.Advance(Lease);
        Assert.True(_buffer.Extend(taken[0], Lease));
    }

    [Fact]
    public void Message_leased_once_too_often_is_told_to_be_buried_once()
    {
        Add(0);
        for (var delivery = 1; delivery <= 3; delivery++)
        {
            Assert.Single(Take(1));
            _clock.Advance(Lease);
        }

        Assert.Empty(Take(1));
        var grave = Assert.Single(_buffer.TakeGraves());
        Assert.Empty(_buffer.TakeGraves());
        _buffer.EndBurial(grave, isDurable: false, Lease);
        Assert.Empty(_buffer.TakeGraves());
        _clock.Advance(Lease);
        Assert.True(_buffer.IsInUse);
        _buffer.EndBurial(Assert.Single(_buffer.TakeGraves()), isDurable: true, Lease);
        Assert.Equal(1, Assert.Single(_buffer.BeginCommit()!.Offsets).Offset.Value);
    }

    [Fact]
    public void Buffer_is_full_by_number_and_has_room_again_at_half()
    {
        Add(0, 1, 2);
        Assert.False(_buffer.IsFull);
        Add(3);
        Assert.True(_buffer.IsFull);
        var taken = Take(4);
        _buffer.Acknowledge([taken[0]]);
        Assert.Equal((false, false), (_buffer.IsFull, _buffer.HasRoom));
        _buffer.Acknowledge([taken[1]]);
        Assert.True(_buffer.HasRoom);
    }

    [Fact]
    public void Topic_that_begins_anew_is_received_and_old_receipts_commit_nothing()
    {
        Add(0, 1, 2);
        var old = Take(3);
        Acknowledge(old[0]);
        var waiting = _buffer.Acknowledge([old[1]]);
        Assert.False(_buffer.TryDecide(waiting, new SettleOutcome[1], out var change));

        Add(0, 1);

        Assert.True(change.IsCompletedSuccessfully);
        Assert.Equal([null, null], _buffer.Acknowledge([old[1], old[2]]));
        // What was acknowledged last may have been committed after the topic had gone.
        var turned = _buffer.BeginCommit()!;
        Assert.Equal(0, Assert.Single(turned.Offsets).Offset.Value);
        _buffer.EndCommit(turned);
        var anew = Take(10);
        Assert.Equal([0, 1], anew.Select(key => key.Offset));
        _buffer.Acknowledge([anew[0]]);
        Assert.Equal(1, Assert.Single(_buffer.BeginCommit()!.Offsets).Offset.Value);
    }

    [Fact]
    public void Message_held_back_comes_at_once_when_nothing_else_would_make_room()
    {
        Add(0);
        _buffer.GiveBack(Assert.Single(Take(1)), Lease);
        for (var offset = 1; offset < 40; offset++)
        {
            _buffer.MakeRoom();
            Add(offset);
            _buffer.Acknowledge(Take(1));
        }

        Assert.True(_buffer.IsFull);
        Assert.Empty(Take(1));
        var arrival = _buffer.Arrival;

        _buffer.MakeRoom();

        Assert.True(arrival.IsCompletedSuccessfully);
        Acknowledge(Assert.Single(Take(1)));
        Assert.True(_buffer.HasRoom);
    }

    [Fact]
    public void Message_held_back_keeps_its_consumer_and_does_not_make_it_busy()
    {
        Add(0);
        _buffer.GiveBack(Assert.Single(Take(1)), Lease);
        Assert.Equal((true, false), (_buffer.IsInUse, _buffer.IsBusy));
        _clock.Advance(Lease);
        Assert.False(_buffer.IsInUse);
    }

    [Fact]
    public void Acknowledgement_is_done_again_until_its_whole_call_has_succeeded()
    {
        Add(0);
        var taken = Take(1);
        Acknowledge(taken[0]);
        Assert.Equal([SettleOutcome.Done], Decide(taken));
        Assert.Equal([SettleOutcome.Done], Decide(taken));

        _buffer.Conclude(taken);

        Assert.Equal([SettleOutcome.Expired], Decide(taken));
    }

    [Fact]
    public void Headers_count_as_bytes()
    {
        var headers = new Headers { { "large", new byte[2000] } };
        Add(0, headers);
        Assert.True(_buffer.IsFull);
    }

    private void Acknowledge(DeliveryKey key)
    {
        _buffer.Acknowledge([key]);
        _buffer.EndCommit(_buffer.BeginCommit()!);
    }

    private SettleOutcome[] Decide(List<DeliveryKey> keys)
    {
        var outcomes = new SettleOutcome[keys.Count];
        Array.Fill(outcomes, SettleOutcome.Expired);
        Assert.True(_buffer.TryDecide(_buffer.Acknowledge(keys), outcomes, out _));
        return outcomes;
    }

    private static ReceiveRequest Request(int most) => new("topic", "group") { MaxMessages = most, Lease = Lease };

    private List<DeliveryKey> Take(int most) => [.. _buffer.Take(Request(most)).Leases.Select(lease => lease.Key)];

    private void Add(params int[] offsets)
    {
        foreach (var offset in offsets)
        {
            Add(offset, headers: null);
        }
    }

    private void Add(int offset, Headers? headers) =>
        _buffer.Add(
            new ConsumeResult<byte[]?, byte[]?>
            {
                Topic = "topic",
                Partition = 0,
                Offset = offset,
                Message = new Message<byte[]?, byte[]?> { Value = [1], Headers = headers },
            }
        );
}
