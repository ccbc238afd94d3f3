using System.Text;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Messaging.Tests.AwsSqs;

/// <summary>Records for a queue that takes less than the service: it refuses by itself, after it has taken the others.</summary>
public sealed class AwsSqsSmallQueueTests(SqsFixture fixture) : SqsTests(fixture)
{
    [Fact]
    public async Task Record_that_the_queue_refuses_fails_alone_and_the_others_come_once()
    {
        using var other = OpenClient();
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["MaximumMessageSize"] = "2048" };
        await other.CreateQueueAsync(Queue, attributes, Token);
        SyncRecord[] records = [.. Enumerable.Range(0, 25).Select(number => Record(number, number is 3 or 4 or 17))];
        var results = await Connector.WriteAsync(new RecordBatch(Queue, records), Token);

        foreach (var (result, place) in results.Select((result, place) => (result, place)))
        {
            Assert.Equal(place is 3 or 4 or 17 ? ErrorKind.InvalidArgument : null, result.Error?.Kind);
        }

        var received = new List<string>();
        while (await ReceiveAsync(Queue, waitSeconds: received.Count < 22 ? 10 : 1) is { Count: > 0 } some)
        {
            received.AddRange(some.Select(message => message.Key!));
        }

        Assert.Equal(
            records.Where((_, place) => results[place].Error is null).Select(record => record.Id),
            received.Order(StringComparer.Ordinal)
        );
    }

    private static SyncRecord Record(int number, bool isLarge) =>
        new()
        {
            Id = $"r{number:00}",
            Data = Encoding.UTF8.GetBytes($$"""{"value":"{{new string('x', isLarge ? 4000 : 10)}}"}"""),
        };
}
