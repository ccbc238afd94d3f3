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
    public void Message_that_is_fetched_again_counts_once()
    {
        Add(0, 1);
        Add(0, 1);
        Assert.Equal([0, 1], Take(10).Select(key => key.Offset));
    }

    private static ReceiveRequest Request(int most) => new("topic", "group") { MaxMessages = most, Lease = Lease };

    private List<DeliveryKey> Take(int most) => [.. _buffer.Take(Request(most)).Leases.Select(lease => lease.Key)];

    private void Add(params int[] offsets)
    {
        foreach (var offset in offsets)
        {
            _buffer.Add(
                new ConsumeResult<byte[]?, byte[]?>
                {
                    Topic = "topic",
                    Partition = 0,
                    Offset = offset,
                    Message = new Message<byte[]?, byte[]?> { Value = [1] },
                }
            );
        }
    }
}
