using System.Globalization;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.PostgreSql.Replication;

/// <summary>What is measured is the memory of the whole process: nothing may run beside it.</summary>
[CollectionDefinition(nameof(PostgreSqlLogMemoryTests), DisableParallelization = true)]
[Collection(nameof(PostgreSqlLogMemoryTests))]
public sealed class PostgreSqlLogMemoryTests
{
    [Fact]
    public async Task A_large_transaction_is_decoded_a_few_times_and_told_once()
    {
        const int Rows = 200_000;
        await using var server = await PostgreSqlServer.StartLogicalAsync();
        await using var log = await LogFixture.OpenAsync("id integer primary key, v text, w text", server);
        var cursor = await log.PositionAsync();
        await log.RunAsync($"insert into t select g, md5(g::text), repeat('x', 100) from generate_series(1, {Rows}) g");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var seen = new bool[Rows + 1];
        var pages = 0;
        for (var hasMore = true; hasMore; pages++)
        {
            if (pages == 50)
            {
                log.Reopen();
            }

            if (pages == 100)
            {
                Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 20_000_000);
            }

            var page = await log.ReadAsync(cursor);
            foreach (var record in page.Records)
            {
                var id = int.Parse(record.Id, CultureInfo.InvariantCulture);
                Assert.False(seen[id]);
                seen[id] = true;
            }

            (cursor, hasMore) = (page.Cursor!, page.HasMore);
        }

        Assert.Equal(Rows, seen.Count(told => told));
        var decoded = "";
        await PostgreSqlFixture.UntilAsync(async () =>
            (
                decoded = await log.Server.RunAsync(
                    $"select total_txns from pg_stat_replication_slots where slot_name = '{await log.SlotAsync()}'"
                )
            ) != "0"
        );
        Assert.InRange(int.Parse(decoded, CultureInfo.InvariantCulture), 1, 20);
    }
}
