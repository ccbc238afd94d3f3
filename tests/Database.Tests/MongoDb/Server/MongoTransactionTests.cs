using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Server;

/// <summary>A batch is one transaction.</summary>
public sealed class MongoTransactionTests : MongoServerTests
{
    [Fact]
    public async Task Batch_is_all_or_nothing()
    {
        await FillAsync(1);
        var error = await Assert.ThrowsAsync<ConnectorException>(() =>
            Connector
                .ExecuteBatchAsync(
                    [
                        Statement("""{"insert": "items", "documents": [{"_id": "new"}]}"""),
                        Statement("""{"delete": "items", "deletes": [{"q": {"_id": 0}, "limit": 1}]}"""),
                        Statement("""{"insert": "items", "documents": [{"_id": "new"}]}"""),
                    ],
                    default
                )
                .AsTask()
        );

        Assert.Equal("UNIQUE_VIOLATION", error.Code);
        Assert.Equal(DbValue.From(0), Assert.Single(await QueryAsync("""{"find": "items"}"""))["_id"]);
    }

    [Fact]
    public async Task Batch_answers_one_result_per_statement()
    {
        var results = await Connector.ExecuteBatchAsync(
            [
                Statement("""{"insert": "items", "documents": [{"_id": "a"}, {"_id": "b"}]}"""),
                Statement("""{"insert": "items", "documents": [{"_id": "c"}]}"""),
                Statement("""{"update": "items", "updates": [{"q": {}, "u": {"$set": {"x": 1}}, "multi": true}]}"""),
            ],
            default
        );

        Assert.Equal([new(2, null), new(1, "c"), new(3, null)], results);
    }

    [Fact]
    public async Task Change_of_another_during_the_batch_is_a_conflict()
    {
        await FillAsync(1);
        var first = Connector
            .ExecuteBatchAsync(
                [
                    Statement("""{"update": "items", "updates": [{"q": {"_id": 0}, "u": {"$inc": {"n": 1}}}]}"""),
                    Statement("""{"insert": "other", "documents": [{}], "comment": "sleep 1500"}"""),
                ],
                default
            )
            .AsTask();
        var error = default(ConnectorException);
        while (error is null && !first.IsCompleted)
        {
            try
            {
                await Connector.ExecuteBatchAsync(
                    [
                        Statement("""{"insert": "other", "documents": [{}]}"""),
                        Statement("""{"update": "items", "updates": [{"q": {"_id": 0}, "u": {"$set": {"y": 1}}}]}"""),
                    ],
                    default
                );
            }
            catch (ConnectorException conflict)
            {
                error = conflict;
            }
        }

        Assert.Equal((ErrorKind.Conflict, "WRITE_CONFLICT"), (error!.Kind, error.Code));
        await first;
    }
}
