using Yyc3.Connectors.MongoDb;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.Testing.Conformance.Database;

namespace Yyc3.Connectors.Database.Tests.MongoDb;

public static class MongoConformance
{
    public sealed class Manifest : ManifestTests<MongoDbConnector>;

    public sealed class Values : CommandDatabaseValueTests<MongoSubject>;

    public sealed class Parameters : CommandDatabaseParameterTests<MongoSubject>;

    public sealed class Injection : CommandDatabaseInjectionTests<MongoSubject>;

    public sealed class ReadOnly : CommandDatabaseReadOnlyTests<MongoSubject>;

    public sealed class Batch : CommandDatabaseBatchTests<MongoSubject>;

    public sealed class Errors : CommandDatabaseErrorTests<MongoSubject>;

    public sealed class Stop : CommandDatabaseStopTests<MongoSubject>;

    public sealed class Streams : CommandDatabaseStreamTests<MongoSubject>;

    public sealed class Concurrency : CommandDatabaseConcurrencyTests<MongoSubject>;
}
