using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Database.Tests.PostgreSql.Replication;

public static class PostgreSqlLogConformance
{
    public sealed class Source : RecordSourceTests<LogSubject>
    {
        [Fact]
        public async Task It_tells_changes_and_deletions()
        {
            var resource = Assert.Single(await Source.ListResourcesAsync(Token));
            Assert.True(resource.TellsChanges);
            Assert.True(resource.TellsDeletions);
        }
    }
}
