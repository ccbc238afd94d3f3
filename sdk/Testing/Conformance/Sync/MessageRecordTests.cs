using System.Text;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Sdk.Sync;
using Yyc3.Connectors.Testing.Conformance.Messaging;

namespace Yyc3.Connectors.Testing.Conformance.Sync;

/// <summary>
/// What every connector must do that sends records as messages. Subclass it and open the connector as for
/// <see cref="MessagingTests"/>, with the same properties overridden.
/// </summary>
public abstract class MessageRecordTests : MessagingSuite
{
    private static readonly DateTimeOffset Noon = new(2026, 2, 3, 12, 0, 0, TimeSpan.Zero);

    private IRecordSink Sink => (IRecordSink)Connector;

    [Fact]
    public async Task Every_record_is_a_message_with_its_id_as_key_and_header_and_its_fields_as_body()
    {
        var topic = await NewTopicAsync();
        string[] ids = ["7", "订单/ü", """["a b",1]""", "{}", new string('k', 1000)];
        await WriteAsync(topic, Array.ConvertAll(ids, id => Record(id, "first") with { ModifiedAt = Noon }));
        var received = await ReceiveAsync(topic, ids.Length);

        Assert.Equal(ids.Order(StringComparer.Ordinal), Keys(received));
        foreach (var message in received)
        {
            Assert.Equal(message.Key, message.Headers[MessageRecords.IdHeader]);
            Assert.Equal("""{"value":"first"}""", Read(message));
            Assert.Equal("application/json", message.ContentType);
            Assert.DoesNotContain(MessageRecords.DeletedHeader, message.Headers);
        }
    }

    [Fact]
    public async Task A_deletion_is_told_by_a_header()
    {
        var topic = await NewTopicAsync();
        await WriteAsync(topic, new SyncRecord { Id = "7", IsDeleted = true });
        var message = await ReceiveOneAsync(topic);

        Assert.Equal(("7", "true"), (message.Key, message.Headers[MessageRecords.DeletedHeader]));
        Assert.Equal("{}", Read(message));
    }

    [Fact]
    public async Task The_states_of_a_record_come_in_order()
    {
        var topic = await NewTopicAsync();
        string[] states = ["1", "2", "3", "4", "5"];
        foreach (var state in states)
        {
            await WriteAsync(topic, Record("a", state), Record("b", state));
        }

        var received = await ReceiveAsync(topic, 2 * states.Length);
        foreach (var id in (string[])["a", "b"])
        {
            Assert.Equal(
                states.Select(state => $$"""{"value":"{{state}}"}"""),
                received.Where(message => message.Key == id).Select(Read)
            );
        }
    }

    [Fact]
    public async Task Content_is_refused_alone()
    {
        var topic = await NewTopicAsync();
        var file = StoreSubject.NewRecord("file", () => new MemoryStream([1]), 1);
        var results = await WriteSomeAsync(topic, Record("a", "x"), file, Record("b", "x"));

        Assert.Equal(ErrorKind.InvalidArgument, Assert.Single(results, result => result.Error is not null).Error!.Kind);
        Assert.NotNull(results[1].Error);
        Assert.Equal(["a", "b"], Keys(await ReceiveAsync(topic, 2)));

        Assert.NotNull(Assert.Single(await WriteSomeAsync(topic, file)).Error);
        await AssertNothingAsync(topic);
    }

    [Fact]
    public async Task Records_that_are_too_large_fail_alone_and_the_others_come_once()
    {
        var topic = await NewTopicAsync();
        var large = new string('x', 1024 * 1024);
        var small = new List<string> { "a", "b", "c" };
        var ids = new List<string> { "large 1", "a", "b", "large 2", "c" };
        var results = await WriteSomeAsync(topic, [.. ids.Select(id => Record(id, small.Contains(id) ? "x" : large))]);

        Assert.Equal(small, ids.Where((_, place) => results[place].Error is null));
        Assert.Equal((ErrorKind.InvalidArgument, "message"), (results[0].Error!.Kind, results[0].Error!.Field));
        Assert.Equal(small, Keys(await ReceiveAsync(topic, small.Count)));
        await AssertNothingAsync(topic);
    }

    [Fact]
    public async Task A_record_whose_id_is_no_text_fails_alone()
    {
        var topic = await NewTopicAsync();
        var results = await WriteSomeAsync(topic, Record("a", "x"), Record("\ud800", "x"));

        Assert.Equal([null, ErrorKind.InvalidArgument], results.Select(result => result.Error?.Kind));
        Assert.Equal("a", (await ReceiveOneAsync(topic)).Key);
    }

    [Fact]
    public async Task A_batch_that_is_written_again_is_recognised_where_repeats_are()
    {
        var topic = await NewTopicAsync();
        string[] once = ["a", "b"];
        string[] twice = ["a", "a", "b", "b"];
        var records = Array.ConvertAll(once, id => Record(id, "x") with { ModifiedAt = Noon });
        await WriteAsync(topic, records);
        await WriteAsync(topic, records);
        var expected = Sender.RecognisesRepeats(topic) ? once : twice;

        Assert.Equal(expected, Keys(await ReceiveAsync(topic, expected.Length)));
        await AssertNothingAsync(topic);
    }

    [Fact]
    public async Task A_state_that_comes_back_is_no_repeat()
    {
        var topic = await NewTopicAsync();
        var off = Record("a", "off") with { ModifiedAt = Noon, Version = "1" };
        await WriteAsync(topic, off);
        await WriteAsync(topic, Record("a", "on") with { ModifiedAt = Noon.AddSeconds(1), Version = "2" });
        await WriteAsync(topic, off with { ModifiedAt = Noon.AddSeconds(2) });
        await WriteAsync(topic, off with { ModifiedAt = Noon.AddSeconds(2), IsDeleted = true });

        Assert.Equal(
            ["""{"value":"off"}""", """{"value":"on"}""", """{"value":"off"}""", "{}"],
            (await ReceiveAsync(topic, 4)).Select(Read)
        );
    }

    [Fact]
    public async Task Without_a_time_of_change_nothing_is_taken_for_a_repeat()
    {
        var topic = await NewTopicAsync();
        var record = Record("a", "x") with { Version = "1" };
        await WriteAsync(topic, record);
        await WriteAsync(topic, record);
        Assert.Equal(2, (await ReceiveAsync(topic, 2)).Count);
    }

    [Fact]
    public async Task A_topic_that_cannot_be_fails_the_call()
    {
        var fault = await Assert.ThrowsAsync<ConnectorException>(() => WriteSomeAsync("", Record("a", "x")));
        Assert.Equal((ErrorKind.InvalidArgument, "topic"), (fault.Kind, fault.Field));
    }

    private static SyncRecord Record(string id, string value) =>
        new() { Id = id, Data = Encoding.UTF8.GetBytes($$"""{"value":"{{value}}"}""") };

    private static IEnumerable<string?> Keys(IEnumerable<Delivery> received) =>
        received.Select(message => message.Key).Order(StringComparer.Ordinal);

    private async Task WriteAsync(string topic, params SyncRecord[] records) =>
        Assert.All(await WriteSomeAsync(topic, records), result => Assert.Null(result.Error));

    private async Task<IReadOnlyList<RecordResult>> WriteSomeAsync(string topic, params SyncRecord[] records)
    {
        var results = await Sink.WriteAsync(new RecordBatch(topic, records), Token);
        Assert.Equal(records.Length, results.Count);
        return results;
    }
}
