using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sqlite;
using static Yyc3.Connectors.Testing.DatabaseCalls;

namespace Yyc3.Connectors.Connectors.Tests.Sqlite;

public sealed class SqliteFileTests : IAsyncDisposable
{
    private readonly SqliteFixture _fixture = new();

    [Theory]
    [InlineData("../outside.db")]
    [InlineData("/etc/passwd")]
    [InlineData("/tmp/outside.db")]
    [InlineData("a/../../outside.db")]
    [InlineData(".runtime/state.db")]
    [InlineData("nul\0.db")]
    [InlineData("queues/int-1.db")]
    [InlineData("other.db-wal")]
    [InlineData("other.db-shm")]
    public void Path_outside_the_data_directory_is_refused(string path)
    {
        var error = Assert.Throws<ConnectorException>(() => _fixture.Open(path));

        Assert.Equal((ErrorKind.InvalidArgument, "config.path"), (error.Kind, error.Field));
    }

    [Fact]
    public void Folder_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(_fixture.Harness.DataDirectory, "folder"));

        Assert.Equal("config.path", Assert.Throws<ConnectorException>(() => _fixture.Open("folder")).Field);
        Assert.Equal("config.path", Assert.Throws<ConnectorException>(() => _fixture.Open(".")).Field);
    }

    [Fact]
    public void Link_that_leads_outside_is_refused()
    {
        File.CreateSymbolicLink(Path.Combine(_fixture.Harness.DataDirectory, "link.db"), "/tmp/outside.db");

        Assert.Equal("config.path", Assert.Throws<ConnectorException>(() => _fixture.Open("link.db")).Field);
    }

    [Fact]
    public async Task Link_made_after_opening_is_not_followed()
    {
        var connector = _fixture.Open();
        var outside = Path.Combine(Directory.CreateTempSubdirectory("yyc3-outside-").FullName, "outside.db");
        File.CreateSymbolicLink(_fixture.File, outside);

        var error = await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync(connector, "select 1"));

        Assert.Equal("STORAGE_UNAVAILABLE", error.Code);
        Assert.False(File.Exists(outside));
    }

    [Theory]
    [InlineData("deep/er/and/deeper.db")]
    [InlineData("file:odd name?mode=memory.db")]
    [InlineData(":memory:")]
    [InlineData("ünï 数据.db")]
    public async Task File_and_folders_are_made_on_first_use(string path)
    {
        var connector = _fixture.Open(path);
        Assert.Empty(Directory.GetFileSystemEntries(_fixture.Harness.DataDirectory));

        await QueryAsync(connector, "select 1");

        Assert.True(File.Exists(Path.Combine(_fixture.Harness.DataDirectory, path)));
    }

    [Fact]
    public async Task Closing_leaves_one_file_that_opens_again()
    {
        var connector = _fixture.Open();
        await ExecuteAsync(connector, "create table t (a)");
        await ExecuteAsync(connector, "insert into t values (1)");
        await QueryAsync(connector, "select * from t");
        await connector.DisposeAsync();
        await connector.DisposeAsync();

        Assert.Equal([_fixture.File], Directory.GetFiles(_fixture.Harness.DataDirectory));
        Assert.Single(await QueryAsync(_fixture.Open(), "select * from t"));
    }

    [Fact]
    public async Task Folder_named_queues_elsewhere_may_be_used() =>
        Assert.Single(await QueryAsync(_fixture.Open("mine/queues/data.db"), "select 1"));

    [Fact]
    public async Task File_that_is_no_database_is_told_as_such()
    {
        await File.WriteAllTextAsync(_fixture.File, new string('x', 5000));
        var connector = _fixture.Open();

        var query = await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync(connector, "select 1"));
        var command = await Assert.ThrowsAsync<ConnectorException>(() => ExecuteAsync(connector, "create table t (a)"));
        var health = await connector.CheckAsync(default);

        Assert.Equal((ErrorKind.PreconditionFailed, "NOT_A_DATABASE"), (query.Kind, query.Code));
        Assert.Equal((ErrorKind.PreconditionFailed, "NOT_A_DATABASE"), (command.Kind, command.Code));
        Assert.False(health.IsHealthy);
        Assert.Equal(("NOT_A_DATABASE", false), (health.Code, health.Retryable));
    }

    [Fact]
    public async Task Check_finds_a_new_database_healthy()
    {
        Assert.Equal(HealthReport.Healthy, await _fixture.Open("new/data.db").CheckAsync(default));
    }

    [Fact]
    public async Task Damaged_file_is_told_as_such()
    {
        var first = _fixture.Open();
        await ExecuteAsync(first, "create table t (a)");
        await ExecuteAsync(
            first,
            "insert into t with recursive c(i) as (select 1 union all select i+1 from c where i<2000) select i from c"
        );
        await first.DisposeAsync();
        await using (var file = File.OpenWrite(_fixture.File))
        {
            file.Position = 4096;
            await file.WriteAsync(Enumerable.Repeat((byte)0xAB, 8192).ToArray());
        }

        var error = await Assert.ThrowsAsync<ConnectorException>(() =>
            QueryAsync(_fixture.Open(), "select sum(a) from t")
        );

        Assert.Equal((ErrorKind.MalformedAnswer, "DATABASE_CORRUPT"), (error.Kind, error.Code));
    }

    [Fact]
    public async Task Folder_that_cannot_be_made_is_told_as_such()
    {
        await File.WriteAllTextAsync(_fixture.File, "");
        var connector = _fixture.Open("data.db/inside.db");

        var error = await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync(connector, "select 1"));

        Assert.Equal((ErrorKind.Unavailable, "STORAGE_UNAVAILABLE"), (error.Kind, error.Code));
    }

    [Fact]
    public async Task No_statement_makes_another_file()
    {
        var connector = _fixture.Open();
        var other = Path.Combine(_fixture.Harness.DataDirectory, "other.db");
        foreach (
            var text in new[]
            {
                $"attach '{other}' as o",
                $"vacuum into '{other}'",
                $"ATTACH DATABASE :p AS o",
                $"create virtual table v using csv(filename='{other}')",
                "pragma journal_mode = persist",
            }
        )
        {
            var parameters = text.Contains(":p", StringComparison.Ordinal)
                ? new[] { ("p", Sdk.Database.DbValue.From(other)) }
                : [];
            await Assert.ThrowsAsync<ConnectorException>(() => ExecuteAsync(connector, text, parameters));
            await Assert.ThrowsAsync<ConnectorException>(() => QueryAsync(connector, text, parameters));
        }

        Assert.False(File.Exists(other));
        Assert.Equal("wal", (await QueryAsync(_fixture.Open(), "select 'wal'"))[0][0].AsText());
    }

    [Theory]
    [InlineData(13, ErrorKind.QuotaExceeded, "STORAGE_FULL")]
    [InlineData(5, ErrorKind.Conflict, "DATABASE_BUSY")]
    [InlineData(517, ErrorKind.Conflict, "DATABASE_BUSY")]
    [InlineData(6, ErrorKind.Conflict, "DATABASE_BUSY")]
    [InlineData(10, ErrorKind.Unavailable, "STORAGE_UNAVAILABLE")]
    [InlineData(522, ErrorKind.Unavailable, "STORAGE_UNAVAILABLE")]
    [InlineData(14, ErrorKind.Unavailable, "STORAGE_UNAVAILABLE")]
    [InlineData(11, ErrorKind.MalformedAnswer, "DATABASE_CORRUPT")]
    [InlineData(26, ErrorKind.PreconditionFailed, "NOT_A_DATABASE")]
    [InlineData(8, ErrorKind.PermissionDenied, "STORAGE_READ_ONLY")]
    [InlineData(7, ErrorKind.QuotaExceeded, "OUT_OF_MEMORY")]
    [InlineData(2067, ErrorKind.AlreadyExists, "UNIQUE_VIOLATION")]
    [InlineData(1555, ErrorKind.AlreadyExists, "UNIQUE_VIOLATION")]
    [InlineData(1811, ErrorKind.InvalidArgument, "CONSTRAINT_VIOLATION")]
    [InlineData(21, ErrorKind.Internal, "DATABASE_FAILURE")]
    public void Result_code_decides_the_error(int code, ErrorKind kind, string expected)
    {
        var error = SqliteErrors.Map(new SqliteFailure(code, "raw engine text", -1));

        Assert.Equal((kind, expected), (error.Kind, error.Code));
        Assert.DoesNotContain("raw engine text", error.Message, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
