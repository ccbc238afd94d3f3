using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Server;

/// <summary>Every number of the server has its kind, and none of its words come through.</summary>
public sealed class MongoErrorTests : MongoOwnServerTests
{
    [Fact]
    public async Task Numbers_have_their_kinds()
    {
        (int Number, ErrorKind Kind, string Code)[] expected =
        [
            (11000, ErrorKind.AlreadyExists, "UNIQUE_VIOLATION"),
            (121, ErrorKind.InvalidArgument, "CONSTRAINT_VIOLATION"),
            (13, ErrorKind.PermissionDenied, "PERMISSION_DENIED"),
            (18, ErrorKind.Unauthenticated, "INVALID_CREDENTIALS"),
            (26, ErrorKind.NotFound, "COLLECTION_NOT_FOUND"),
            (50, ErrorKind.Timeout, "QUERY_TIMEOUT"),
            (59, ErrorKind.InvalidArgument, "INVALID_ARGUMENT"),
            (2, ErrorKind.InvalidArgument, "INVALID_ARGUMENT"),
            (9, ErrorKind.InvalidArgument, "INVALID_ARGUMENT"),
            (14, ErrorKind.InvalidArgument, "INVALID_ARGUMENT"),
            (40324, ErrorKind.InvalidArgument, "INVALID_ARGUMENT"),
            (112, ErrorKind.Conflict, "WRITE_CONFLICT"),
            (251, ErrorKind.Conflict, "WRITE_CONFLICT"),
            (91, ErrorKind.Unavailable, "DATABASE_UNAVAILABLE"),
            (189, ErrorKind.Unavailable, "NOT_PRIMARY"),
            (10107, ErrorKind.Unavailable, "NOT_PRIMARY"),
            (13435, ErrorKind.Unavailable, "NOT_PRIMARY"),
            (11600, ErrorKind.Unavailable, "DATABASE_UNAVAILABLE"),
            (11602, ErrorKind.Unavailable, "DATABASE_UNAVAILABLE"),
            (16500, ErrorKind.Throttled, "THROTTLED"),
            (14031, ErrorKind.QuotaExceeded, "STORAGE_FULL"),
            (292, ErrorKind.QuotaExceeded, "OUT_OF_MEMORY"),
            (1, ErrorKind.Internal, "DATABASE_FAILURE"),
            (8, ErrorKind.Internal, "DATABASE_FAILURE"),
        ];
        foreach (var (number, kind, code) in expected)
        {
            await FailNextAsync("insert", $"\"errorCode\": {number}");
            var error = await FailsAsync("""{"insert": "c", "documents": [{}]}""");
            Assert.Equal((number, kind, code), (number, error.Kind, error.Code));
            Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(1, (await ExecuteAsync("""{"insert": "c", "documents": [{}]}""")).AffectedRows);
    }

    [Theory]
    [InlineData(64, ErrorKind.Timeout, "WRITE_NOT_CONFIRMED")]
    [InlineData(100, ErrorKind.PreconditionFailed, "WRITE_CONCERN_UNSATISFIABLE")]
    [InlineData(91, ErrorKind.Unavailable, "DATABASE_UNAVAILABLE")]
    [InlineData(8, ErrorKind.Unavailable, "WRITE_NOT_CONFIRMED")]
    public async Task Write_that_is_not_confirmed_is_no_success(int number, ErrorKind kind, string code)
    {
        await FailNextAsync("insert", $$"""  "writeConcernError": {"code": {{number}}, "errmsg": "s3cr3t"}""");
        var error = await FailsAsync("""{"insert": "c", "documents": [{}]}""");

        Assert.Equal((kind, code, "1"), (error.Kind, error.Code, error.Details!["affectedRows"]));
    }

    [Fact]
    public async Task Connection_that_breaks_is_told_and_replaced()
    {
        await FillAsync(1);
        await FailNextAsync("insert", "\"closeConnection\": true");
        var error = await FailsAsync("""{"insert": "c", "documents": [{}]}""");

        Assert.Equal((ErrorKind.Unavailable, "CONNECTION_LOST"), (error.Kind, error.Code));
        await ExecuteAsync("""{"insert": "c", "documents": [{}]}""");
    }

    [Fact]
    public async Task Cursor_that_the_server_has_forgotten_is_told()
    {
        await FillAsync(1000);
        await using var reader = await Connector.QueryAsync(Statement("""{"find": "items"}"""), default);
        await Server.KillAsync();
        await Server.RestartAsync();

        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
        {
            while (await reader.ReadAsync(default))
            {
                // The first batch is still here.
            }
        });
        Assert.Equal((ErrorKind.Unavailable, "CURSOR_LOST"), (error.Kind, error.Code));
    }

    [Fact]
    public async Task Server_that_is_started_again_is_found_by_the_next_call()
    {
        await FillAsync(3);
        await Server.KillAsync();
        Assert.Equal(ErrorKind.Unavailable, (await FailsAsync("""{"insert": "items", "documents": [{}]}""")).Kind);
        await Server.RestartAsync();

        Assert.Equal(3, (await QueryAsync("""{"find": "items"}""")).Count);
    }

    [Fact]
    public async Task Idle_connection_that_died_with_its_server_is_not_used_again()
    {
        await FillAsync(3);
        Assert.Equal(1, Connector.PoolUsage.Open);
        await Server.KillAsync();
        await Server.RestartAsync();

        Assert.Equal(3, (await QueryAsync("""{"find": "items"}""")).Count);
    }
}
