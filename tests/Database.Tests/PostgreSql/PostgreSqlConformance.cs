using Yyc3.Connectors.PostgreSql;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.Testing.Conformance.Database;

namespace Yyc3.Connectors.Database.Tests.PostgreSql;

public static class PostgreSqlConformance
{
    public sealed class Manifest : ManifestTests<PostgreSqlConnector>;

    public sealed class Values : DatabaseValueTests<PostgreSqlSubject>;

    public sealed class Parameters : DatabaseParameterTests<PostgreSqlSubject>;

    public sealed class Injection : DatabaseInjectionTests<PostgreSqlSubject>;

    public sealed class ReadOnly : DatabaseReadOnlyTests<PostgreSqlSubject>;

    public sealed class Execute : DatabaseExecuteTests<PostgreSqlSubject>;

    public sealed class Errors : DatabaseErrorTests<PostgreSqlSubject>;

    public sealed class Stop : DatabaseStopTests<PostgreSqlSubject>;

    public sealed class Streams : DatabaseStreamTests<PostgreSqlSubject>;

    public sealed class Concurrency : DatabaseConcurrencyTests<PostgreSqlSubject>;
}
