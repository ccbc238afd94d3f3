using Yyc3.Connectors.Redis;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.Testing.Conformance.Database;

namespace Yyc3.Connectors.Database.Tests.Redis;

public static class RedisConformance
{
    public sealed class Manifest : ManifestTests<RedisConnector>;

    public sealed class Values : CommandDatabaseValueTests<RedisSubject>;

    public sealed class Parameters : CommandDatabaseParameterTests<RedisSubject>;

    public sealed class Injection : CommandDatabaseInjectionTests<RedisSubject>;

    public sealed class ReadOnly : CommandDatabaseReadOnlyTests<RedisSubject>;

    public sealed class Errors : CommandDatabaseErrorTests<RedisSubject>;

    public sealed class Stop : CommandDatabaseStopTests<RedisLonelySubject>;

    public sealed class Streams : CommandDatabaseStreamTests<RedisSubject>;

    public sealed class Concurrency : CommandDatabaseConcurrencyTests<RedisSubject>;

    public sealed class Batches : CommandDatabaseBatchTests<RedisSubject>;
}
